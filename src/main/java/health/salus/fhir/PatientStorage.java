package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import health.salus.blob.StorageUse;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How much of the blob store the record of each patient takes. Whose a file is, the resources say that hold it, as they are
 * now: nothing is counted along with the writing, so a corrected subject or a merge of two patients shows at once.
 */
@Component
public class PatientStorage {

    /** The search parameter that says whom a resource is about. */
    private static final String PATIENT = "patient";

    // A Binary has no search parameters, so its security context stands nowhere but in its text, which is short without
    // data.
    private static final String BY_PATIENT = """
            WITH held AS (
                SELECT blob.object_key, ref.resource_type, ref.resource_id,
                       min(salus_blob_category(blob.content_type)) AS category
                  FROM salus_blob_ref ref
                  JOIN salus_blob blob ON blob.tenant_id = ref.tenant_id AND blob.id = ref.blob_id
                 WHERE ref.tenant_id = :tenant
                 GROUP BY blob.object_key, ref.resource_type, ref.resource_id),
            filed AS (
                SELECT held.object_key, held.category,
                       coalesce(split_part(context, '/', 1), resource_type) AS type,
                       coalesce(split_part(context, '/', 2), resource_id) AS id
                  FROM held
                  LEFT JOIN LATERAL (
                       SELECT version.res_text_vc::jsonb -> 'securityContext' ->> 'reference' AS context
                         FROM hfj_resource file
                         JOIN hfj_res_ver version ON version.partition_id = file.partition_id
                              AND version.res_id = file.res_id AND version.res_ver = file.res_ver
                        WHERE held.resource_type = 'Binary' AND file.partition_id = :partition
                          AND file.res_type = 'Binary' AND file.fhir_id = held.resource_id) named ON true),
            owned AS (
                SELECT object_key, min(category) AS category,
                       CASE WHEN filed.type = 'Patient' THEN filed.id ELSE patient.fhir_id END AS patient
                  FROM filed
                  LEFT JOIN (hfj_resource resource
                       JOIN hfj_res_link link ON link.partition_id = resource.partition_id
                            AND link.src_resource_id = resource.res_id AND link.src_path IN (:paths)
                       JOIN hfj_resource patient ON patient.partition_id = :partition
                            AND patient.res_id = link.target_resource_id AND patient.res_type = 'Patient')
                    ON resource.partition_id = :partition AND resource.res_type = filed.type
                       AND resource.fhir_id = filed.id
                 GROUP BY object_key, 3),
            line AS (
                SELECT patient, coalesce(category, 'other') AS category, storage_class, size, stored_size, stored_at,
                       patient IS NOT NULL OR count(patient) OVER (PARTITION BY object_key) = 0 AS counts
                  FROM salus_blob_object
                  LEFT JOIN owned USING (object_key)
                 WHERE tenant_id = :tenant AND state NOT IN ('PENDING', 'CONDEMNED', 'MISSING')),
            summed AS (
                SELECT patient, category, storage_class, count(*) AS objects, sum(size) AS bytes,
                       sum(stored_size) AS stored_bytes,
                       coalesce(sum(stored_size) FILTER (WHERE stored_at > now() - interval '30 days'), 0) AS new_bytes,
                       sum(sum(stored_size)) OVER (PARTITION BY patient) AS of_patient
                  FROM line WHERE counts
                 GROUP BY patient, category, storage_class),
            ranked AS (SELECT *, dense_rank() OVER (ORDER BY of_patient DESC, patient) AS rank FROM summed)
            SELECT * FROM ranked WHERE rank <= :most ORDER BY rank, category, storage_class
            """;

    private final JdbcClient database;
    private final Tenants tenants;
    private final Set<String> paths;

    PatientStorage(JdbcClient database, Tenants tenants, FhirContext context) {
        this.database = database;
        this.tenants = tenants;
        this.paths = paths(context);
    }

    /**
     * Returns what lies in the store for each patient, by category and storage class, those with the most bytes first. An
     * object that several patients share counts with each of them, so the lines may add up to more than the tenant keeps.
     *
     * @param most how many patients at most; all that belongs to no patient counts as one
     */
    public List<PatientUse> of(TenantId tenant, int most) {
        return database.sql(BY_PATIENT)
                .param("tenant", tenant.value())
                .param("partition", tenants.require(tenant).partition())
                .param("paths", paths)
                .param("most", most)
                .query((row, number) -> use(row))
                .list();
    }

    private static PatientUse use(ResultSet row) throws SQLException {
        return new PatientUse(
                Optional.ofNullable(row.getString("patient")),
                new StorageUse(
                        row.getString("category"),
                        row.getString("storage_class"),
                        row.getLong("objects"),
                        row.getLong("bytes"),
                        row.getLong("stored_bytes"),
                        0,
                        row.getLong("new_bytes")));
    }

    /** Where HAPI notes a link that the search parameter finds: it keeps each part of the parameter's path. */
    private static Set<String> paths(FhirContext context) {
        return context.getResourceTypes().stream()
                .map(type -> context.getResourceDefinition(type).getSearchParam(PATIENT))
                .filter(Objects::nonNull)
                .map(RuntimeSearchParam::getPathsSplit)
                .flatMap(List::stream)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * What lies in the store for one patient.
     *
     * @param patient the id of the Patient; nothing for what belongs to none
     * @param use     of one category and storage class; {@code sharedBytes} is not known here and 0
     */
    public record PatientUse(Optional<String> patient, StorageUse use) {}
}
