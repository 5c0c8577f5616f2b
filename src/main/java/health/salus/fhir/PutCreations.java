package health.salus.fhir;

import health.salus.tenant.Tenant;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IIdType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which resources were created by PUT, https://hl7.org/fhir/R4/http.html#upsert. Their ids tell, unless a client made one up
 * in the same way as the server does; those are kept in the table {@code salus_put_creation}.
 */
@Component
class PutCreations {

    // The ids that the server gives, see StorageConfiguration.
    private static final Pattern GIVEN =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    private final JdbcClient database;
    private final Tenants tenants;

    PutCreations(JdbcClient database, Tenants tenants) {
        this.database = database;
        this.tenants = tenants;
    }

    /** Notes that a resource is created by PUT, in the transaction that does so. */
    void note(TenantId tenant, IIdType id) {
        if (looksGiven(id)) {
            database.sql("""
                            INSERT INTO salus_put_creation (partition_id, resource_type, fhir_id)
                            VALUES (:partition, :type, :id) ON CONFLICT DO NOTHING
                            """)
                    .param("partition", tenants.partition(tenant, id.getResourceType()))
                    .param("type", id.getResourceType())
                    .param("id", id.getIdPart())
                    .update();
        }
    }

    /** Returns those of some resources that were created by PUT, as type and id. */
    Set<String> among(TenantId tenant, Collection<? extends IIdType> ids) {
        Set<String> found = new HashSet<>();
        Set<String> unclear = new HashSet<>();
        ids.forEach(id -> (looksGiven(id) ? unclear : found).add(id.getResourceType() + "/" + id.getIdPart()));
        if (!unclear.isEmpty()) {
            database
                    .sql("""
                            SELECT resource_type || '/' || fhir_id FROM salus_put_creation
                             WHERE partition_id IN (:partition, :shared) AND fhir_id = ANY (:ids)
                            """)
                    .param("partition", tenants.require(tenant).partition())
                    .param("shared", Tenant.SHARED_PARTITION)
                    .param(
                            "ids",
                            unclear.stream()
                                    .map(it -> it.substring(it.indexOf('/') + 1))
                                    .toArray(String[]::new))
                    .query(String.class)
                    .list()
                    .stream()
                    .filter(unclear::contains)
                    .forEach(found::add);
        }
        return found;
    }

    private static boolean looksGiven(IIdType id) {
        return GIVEN.matcher(id.getIdPart()).matches();
    }
}
