package health.salus.fhir;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.IDaoRegistry;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect;
import ca.uhn.fhir.jpa.partition.IRequestPartitionHelperSvc;
import ca.uhn.fhir.jpa.provider.DaoRegistryResourceSupportedSvc;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.search.IStaleSearchDeletingSvc;
import ca.uhn.fhir.jpa.search.StaleSearchDeletingSvcImpl;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.util.ResourceCountCache;
import ca.uhn.fhir.rest.api.IResourceSupportedSvc;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

import javax.sql.DataSource;
import java.util.Map;

@Configuration(proxyBeanMethods = false)
@Import({
    JpaR4Config.class,
    ThreadPoolFactoryConfig.class,
    JpaBatch2Config.class,
    Batch2JobsConfig.class,
    SubscriptionChannelConfig.class
})
class HapiConfiguration {

    /** Takes out what HAPI defines and we have a better one of. */
    @Bean
    static BeanFactoryPostProcessor replacedBeans() {
        return beans -> {
            BeanDefinitionRegistry definitions = (BeanDefinitionRegistry) beans;
            definitions.removeBeanDefinition("primaryFhirContext");
            definitions.removeBeanDefinition("daoResourceLinkResolver");
        };
    }

    @Bean
    FhirContext fhirContext() {
        return new ExactFhirContext();
    }

    @Bean
    HapiSchema hapiSchema(DataSource dataSource) {
        return new HapiSchema(dataSource).migrate();
    }

    @Bean
    SubscriptionSettings subscriptionSettings() {
        return new SubscriptionSettings();
    }

    @Primary
    @Bean
    LocalContainerEntityManagerFactoryBean entityManagerFactory(
            HapiSchema migrated,
            DataSource dataSource,
            ConfigurableListableBeanFactory beans,
            FhirContext context,
            JpaStorageSettings settings) {
        LocalContainerEntityManagerFactoryBean factory =
                HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, context, settings);
        factory.setPersistenceUnitName("HAPI_PU");
        factory.setDataSource(dataSource);
        factory.setJpaPropertyMap(Map.of(
                "hibernate.dialect", HapiFhirPostgresDialect.class.getName(),
                "hibernate.hbm2ddl.auto", "none",
                "hibernate.jdbc.batch_size", "100",
                "hibernate.cache.use_query_cache", "false",
                "hibernate.cache.use_second_level_cache", "false",
                "hibernate.search.enabled", "false"));
        return factory;
    }

    @Primary
    @Bean
    JpaTransactionManager transactionManager(EntityManagerFactory factory, FhirSettings settings) {
        return new BoundedTransactionManager(factory, settings.maxReadTime());
    }

    @Bean
    IStaleSearchDeletingSvc staleSearches() {
        return new StaleSearchDeletingSvcImpl();
    }

    @Bean
    DatabaseBackedPagingProvider pagingProvider(
            SearchResults results, MatchLoading loading, IRequestPartitionHelperSvc partitions, FhirSettings settings) {
        DatabaseBackedPagingProvider paging = new SearchPages(results, loading, partitions);
        paging.setDefaultPageSize(settings.pageSize());
        paging.setMaximumPageSize(settings.maxPageSize());
        return paging;
    }

    @Bean
    IResourceSupportedSvc supportedResources(IDaoRegistry resources) {
        return new DaoRegistryResourceSupportedSvc(resources);
    }

    /** Numbers of resources would tell one tenant about the others, so the CapabilityStatement shows none. */
    @Bean(name = "myResourceCountsCache")
    ResourceCountCache noResourceCounts() {
        return new ResourceCountCache(Map::of);
    }
}
