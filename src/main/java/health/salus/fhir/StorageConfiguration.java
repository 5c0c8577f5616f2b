package health.salus.fhir;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.ClientIdStrategyEnum;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.IdStrategyEnum;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.StoreMetaSourceInformationEnum;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.PartitionSettings.CrossPartitionReferenceMode;
import ca.uhn.fhir.jpa.model.entity.NormalizedQuantitySearchLevel;
import ca.uhn.fhir.jpa.model.entity.StorageSettings.TagStorageModeEnum;
import health.salus.tenant.Tenant;
import org.hl7.fhir.r4.model.Bundle;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** What HAPI writes into its tables. Most of it can hardly be changed once there is data: see ADR 2 to ADR 5. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({FhirSettings.class, ReferenceSettings.class})
class StorageConfiguration {

    @Bean
    PartitionSettings partitionSettings() {
        PartitionSettings settings = new PartitionSettings();
        settings.setPartitioningEnabled(true);
        settings.setDatabasePartitionMode(true);
        settings.setUnnamedPartitionMode(true);
        settings.setDefaultPartitionId(Tenant.SHARED_PARTITION);
        settings.setAllowReferencesAcrossPartitions(CrossPartitionReferenceMode.NOT_ALLOWED);
        // Two tenants may each have the patient with the same identifier.
        settings.setConditionalCreateDuplicateIdentifiersEnabled(true);
        return settings;
    }

    @Bean
    JpaStorageSettings storageSettings(FhirSettings limits) {
        JpaStorageSettings settings = new JpaStorageSettings();
        settings.setTagStorageMode(TagStorageModeEnum.INLINE);
        settings.setIndexStorageOptimized(true);
        settings.setStoreMetaSourceInformation(StoreMetaSourceInformationEnum.SOURCE_URI);
        identifiers(settings);
        references(settings);
        searches(settings, limits);
        settings.setMaximumTransactionBundleSize(limits.maxBundleEntries());
        // What is stored as a Bundle is kept as it is, whatever it once was meant for.
        settings.setBundleTypesAllowedForStorage(Arrays.stream(Bundle.BundleType.values())
                .filter(it -> it != Bundle.BundleType.NULL)
                .map(Bundle.BundleType::toCode)
                .collect(Collectors.toUnmodifiableSet()));
        // Terminology is loaded on purpose only, so there is nothing to expand ahead.
        settings.setPreExpandValueSets(false);
        settings.setEnableTaskPreExpandValueSets(false);
        settings.setUniqueIndexesCheckedBeforeSave(false);
        settings.setJobFastTrackingEnabled(true);
        return settings;
    }

    @Bean
    StoredResources storedResources(JdbcClient database) {
        return StoredResources.in(database);
    }

    private static void identifiers(JpaStorageSettings settings) {
        settings.setResourceClientIdStrategy(ClientIdStrategyEnum.ANY);
        settings.setResourceServerIdStrategy(IdStrategyEnum.UUID);
    }

    private static void references(JpaStorageSettings settings) {
        settings.setEnforceReferentialIntegrityOnWrite(true);
        settings.setEnforceReferentialIntegrityOnDelete(true);
        settings.setAllowExternalReferences(true);
        // What an address elsewhere means is for its server to say; OwnBaseInterceptor has made our own ones relative.
        settings.setTreatReferencesAsLogical(Set.of("http://*", "https://*"));
        settings.setAllowInlineMatchUrlReferences(true);
        // Only for conditional references, see PlaceholderInterceptor.
        settings.setAutoCreatePlaceholderReferenceTargets(true);
        settings.setPopulateIdentifierInAutoCreatedPlaceholderReferenceTargets(true);
    }

    private static void searches(JpaStorageSettings settings, FhirSettings limits) {
        // One caller's result must never be handed to another.
        settings.setReuseCachedSearchResultsForMillis(null);
        // Quantities are compared in the base units of UCUM, so that mg finds g.
        settings.setNormalizedQuantitySearchLevel(NormalizedQuantitySearchLevel.NORMALIZED_QUANTITY_SEARCH_SUPPORTED);
        settings.setFilterParameterEnabled(true);
        settings.setAllowContainsSearches(true);
        settings.setIndexIdentifierOfType(true);
        settings.setFetchSizeDefaultMaximum(limits.maxPageSize());
        // HAPI would read the partition of the request again and let incomplete results out meanwhile; see
        // searchparameter.
        settings.setMarkResourcesForReindexingUponSearchParameterChange(false);
    }
}
