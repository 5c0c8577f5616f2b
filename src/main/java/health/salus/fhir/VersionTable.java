package health.salus.fhir;

import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.jpa.model.entity.PartitionablePartitionId;
import ca.uhn.fhir.jpa.model.entity.ResourceEncodingEnum;
import ca.uhn.fhir.jpa.model.entity.ResourceHistoryTable;
import org.hl7.fhir.instance.model.api.IIdType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** HAPI's table of versions, read by what stands in a URL. */
@Component
class VersionTable {

    // The unique index of the id and the one of the version lead straight to both rows.
    private static final String VERSIONS = """
            SELECT r.res_id, r.res_type, r.fhir_id, r.res_published, v.res_ver, v.res_updated, v.res_text_vc,
                   v.source_uri, v.request_id
              FROM hfj_resource r
              JOIN hfj_res_ver v ON v.partition_id = r.partition_id AND v.res_id = r.res_id AND v.res_ver = %s
             WHERE r.partition_id = :partition AND r.res_type = :type AND r.fhir_id = :id
               AND r.res_deleted_at IS NULL AND v.res_deleted_at IS NULL
               AND v.res_encoding = 'JSON' AND v.res_text_vc IS NOT NULL AND v.res_version = 'R4'
            """;
    private static final String CURRENT = VERSIONS.formatted("r.res_ver");
    private static final String NUMBERED = VERSIONS.formatted(":version");

    private final JdbcClient database;

    VersionTable(JdbcClient database) {
        this.database = database;
    }

    /**
     * Finds a version of a resource that is not deleted and is stored as text: the one that the id names, or the newest.
     *
     * @return what HAPI's parser needs of it, and no more: it belongs to no session and must not be written
     */
    Optional<ResourceHistoryTable> find(int partition, IIdType id) {
        JdbcClient.StatementSpec query = id.hasVersionIdPart()
                ? database.sql(NUMBERED).param("version", id.getVersionIdPartAsLong())
                : database.sql(CURRENT);
        return query.param("partition", partition)
                .param("type", id.getResourceType())
                .param("id", id.getIdPart())
                .query((row, number) -> version(row, partition))
                .optional();
    }

    private static ResourceHistoryTable version(ResultSet row, int partition) throws SQLException {
        ResourceHistoryTable version = new ResourceHistoryTable();
        version.setPartitionId(PartitionablePartitionId.with(partition, null));
        version.setResourceId(row.getLong("res_id"));
        version.setResourceType(row.getString("res_type"));
        version.setTransientForcedId(row.getString("fhir_id"));
        version.setFhirVersion(FhirVersionEnum.R4);
        version.setVersion(row.getLong("res_ver"));
        version.setPublished(row.getTimestamp("res_published"));
        version.setUpdated(row.getTimestamp("res_updated"));
        version.setSourceUri(row.getString("source_uri"));
        version.setRequestId(row.getString("request_id"));
        version.setEncoding(ResourceEncodingEnum.JSON);
        version.setResourceTextVc(row.getString("res_text_vc"));
        return version;
    }
}
