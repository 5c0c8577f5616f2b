package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamToken;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * HAPI's tables of resources, read without its sessions: one statement for all that a message is about, and a command can
 * read them beside a running server.
 */
final class ResourceTables implements StoredResources {

    private static final String PRESENT = """
            SELECT r.res_type, r.fhir_id, v.res_ver, v.res_updated, v.res_text_vc, v.source_uri
            FROM hfj_resource r
            JOIN hfj_res_ver v ON v.partition_id = r.partition_id AND v.res_id = r.res_id AND v.res_ver = r.res_ver
            WHERE r.partition_id = (SELECT partition_id FROM salus_tenant WHERE id = :tenant)
                AND r.res_deleted_at IS NULL AND v.res_text_vc IS NOT NULL
            """;
    private static final String IDENTIFIED = PRESENT + """
                AND r.res_id IN (
                    SELECT res_id FROM hfj_spidx_token
                    WHERE partition_id = (SELECT partition_id FROM salus_tenant WHERE id = :tenant)
                        AND hash_sys_and_value = ANY (:hashes))
            """;
    private static final String ONE = PRESENT + " AND r.res_type = :type AND r.fhir_id = :id";
    private static final String NAMING = PRESENT + """
                AND r.res_type <> ALL (:except)
                AND r.res_id IN (
                    SELECT link.src_resource_id FROM hfj_res_link link
                    JOIN hfj_resource target ON target.partition_id = link.partition_id
                        AND target.res_id = link.target_resource_id
                    WHERE link.partition_id = (SELECT partition_id FROM salus_tenant WHERE id = :tenant)
                        AND link.target_resource_version IS NULL
                        AND target.res_type = :type AND target.fhir_id = :id)
            ORDER BY r.res_id LIMIT :most
            """;

    // The tenant does not go into the hashes: see PartitionSettings in StorageConfiguration.
    private static final PartitionSettings HASHES = new PartitionSettings();

    private final JdbcClient database;

    ResourceTables(JdbcClient database) {
        this.database = database;
    }

    @Override
    public List<Resource> find(TenantId tenant, Map<String, ? extends Collection<Identifier>> identifiers) {
        Long[] hashes = identifiers.entrySet().stream()
                .flatMap(of -> of.getValue().stream().map(it -> hash(of.getKey(), it)))
                .distinct()
                .toArray(Long[]::new);
        if (hashes.length == 0) {
            return List.of();
        }
        return database.sql(IDENTIFIED)
                .param("tenant", tenant.value())
                .param("hashes", hashes)
                .query((row, number) -> resource(row))
                .list();
    }

    @Override
    public Optional<Resource> read(TenantId tenant, String type, String id) {
        return database.sql(ONE)
                .param("tenant", tenant.value())
                .param("type", type)
                .param("id", id)
                .query((row, number) -> resource(row))
                .optional();
    }

    @Override
    public List<Resource> naming(TenantId tenant, Resource named, Set<String> except, int most) {
        return database.sql(NAMING)
                .param("tenant", tenant.value())
                .param("type", named.fhirType())
                .param("id", named.getIdElement().getIdPart())
                .param("except", except.toArray(String[]::new))
                .param("most", most)
                .query((row, number) -> resource(row))
                .list();
    }

    private static long hash(String type, Identifier identifier) {
        return ResourceIndexedSearchParamToken.calculateHashSystemAndValue(
                HASHES,
                RequestPartitionId.allPartitions(),
                type,
                "identifier",
                identifier.getSystem(),
                identifier.getValue());
    }

    private static Resource resource(ResultSet row) throws SQLException {
        Resource resource =
                (Resource) FhirContext.forR4Cached().newJsonParser().parseResource(row.getString("res_text_vc"));
        String version = row.getString("res_ver");
        resource.setId(new IdType(row.getString("res_type"), row.getString("fhir_id"), version));
        resource.getMeta().setVersionId(version).setLastUpdated(row.getTimestamp("res_updated"));
        resource.getMeta().setSource(row.getString("source_uri"));
        return resource;
    }
}
