package health.salus.fhir;

import org.hl7.fhir.instance.model.api.IIdType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** HAPI's table of versions, read by what stands in a URL. */
@Component
class VersionTable {

    // The unique index of the id and the one of the version lead straight to both rows.
    private static final String VERSIONS = "SELECT " + StoredVersion.COLUMNS + """
             FROM hfj_resource r
             JOIN hfj_res_ver v ON v.partition_id = r.partition_id AND v.res_id = r.res_id AND v.res_ver = %s
            WHERE r.partition_id = :partition AND r.res_type = :type AND r.fhir_id = :id
              AND r.res_deleted_at IS NULL AND\s""" + StoredVersion.READABLE;
    private static final String PAGE = "SELECT " + StoredVersion.COLUMNS + """
             FROM hfj_resource r
             JOIN hfj_res_ver v ON v.partition_id = r.partition_id AND v.res_id = r.res_id AND v.res_ver = r.res_ver
            WHERE r.res_id = ANY (:rows) AND r.res_deleted_at IS NULL AND\s""" + StoredVersion.READABLE;
    private static final String CURRENT = VERSIONS.formatted("r.res_ver");
    private static final String NUMBERED = VERSIONS.formatted(":version");

    private final JdbcClient database;

    VersionTable(JdbcClient database) {
        this.database = database;
    }

    /** Finds a version of a resource that is not deleted and is stored as text: the one that the id names, or the newest. */
    Optional<StoredVersion> find(int partition, IIdType id) {
        JdbcClient.StatementSpec query = id.hasVersionIdPart()
                ? database.sql(NUMBERED).param("version", id.getVersionIdPartAsLong())
                : database.sql(CURRENT);
        return query.param("partition", partition)
                .param("type", id.getResourceType())
                .param("id", id.getIdPart())
                .query((row, number) -> StoredVersion.of(row))
                .optional();
    }

    /**
     * Finds the newest versions of resources, where they are not deleted and are stored as text.
     *
     * @param rows HAPI's numbers of the resources
     * @return each under its number
     */
    Map<Long, StoredVersion> current(Collection<Long> rows) {
        return database
                .sql(PAGE)
                .param("rows", rows.toArray(Long[]::new))
                .query((row, number) -> StoredVersion.of(row))
                .list()
                .stream()
                .collect(Collectors.toMap(StoredVersion::row, Function.identity()));
    }
}
