package health.salus.fhir;

import health.salus.tenant.TenantId;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.Map;

/**
 * What becomes of references to what is not there.
 *
 * @param policy  for all tenants that are not named: {@code enforce}, {@code allow} or {@code placeholder}
 * @param tenants the policies of single tenants, by tenant id
 */
@ConfigurationProperties("salus.fhir.references")
record ReferenceSettings(
        @DefaultValue("enforce") ReferencePolicy policy,
        @DefaultValue Map<String, ReferencePolicy> tenants) {

    ReferencePolicy policyOf(TenantId tenant) {
        return tenants.getOrDefault(tenant.value(), policy);
    }
}
