package health.salus.fhir;

import ca.uhn.fhir.jpa.model.cross.JpaResourceLookup;
import ca.uhn.fhir.jpa.model.entity.PartitionablePartitionId;
import org.hl7.fhir.instance.model.api.IIdType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.regex.Pattern;

/**
 * The resources that are referred to and not there yet, as rows of HAPI's table of resources.
 *
 * <p>A row is made as that of a deleted resource which never had a version. References lead to it as to any other, and an
 * update with its id makes it a resource with version 1: from then on searches find it by all that refers to it. Since the
 * id is unique, of a reference and a create at the same time the second waits for the first and then sees it.
 */
@Component
class AwaitedTargets {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

    private static final String RESERVE = """
            INSERT INTO hfj_resource (res_id, partition_id, res_type, res_type_id, fhir_id, res_version, res_ver,
                                      res_deleted_at, res_published, res_updated, has_tags, sp_has_links,
                                      sp_coords_present, sp_date_present, sp_number_present, sp_quantity_present,
                                      sp_quantity_nrml_present, sp_string_present, sp_token_present, sp_uri_present)
            SELECT nextval('seq_resource_id'), :partition, :type,
                   (SELECT res_type_id FROM hfj_resource_type WHERE res_type = :type), :id, 'R4', 0,
                   LOCALTIMESTAMP, LOCALTIMESTAMP, LOCALTIMESTAMP, FALSE, FALSE,
                   FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE
            ON CONFLICT (partition_id, res_type, fhir_id) DO NOTHING
            """;

    private final JdbcClient database;

    AwaitedTargets(JdbcClient database) {
        this.database = database;
    }

    /** Tells whether a resource can have this id. */
    static boolean canBe(IIdType target) {
        return target.hasIdPart() && ID.matcher(target.getIdPart()).matches();
    }

    /** Returns the row of a target in a partition, which may be there by now, and makes it if it is not. */
    JpaResourceLookup reserve(int partition, IIdType target) {
        database.sql(RESERVE)
                .param("partition", partition)
                .param("type", target.getResourceType())
                .param("id", target.getIdPart())
                .update();
        long row = database.sql("SELECT res_id FROM hfj_resource"
                        + " WHERE partition_id = :partition AND res_type = :type AND fhir_id = :id")
                .param("partition", partition)
                .param("type", target.getResourceType())
                .param("id", target.getIdPart())
                .query(Long.class)
                .single();
        return new JpaResourceLookup(
                target.getResourceType(),
                target.getIdPart(),
                row,
                null,
                PartitionablePartitionId.with(partition, null));
    }

    /** Tells whether a resource is waited for, and was never there. */
    boolean contain(int partition, IIdType target) {
        return database.sql(
                                "SELECT count(*) FROM hfj_resource"
                                        + " WHERE partition_id = :partition AND res_type = :type AND fhir_id = :id AND res_ver = 0")
                        .param("partition", partition)
                        .param("type", target.getResourceType())
                        .param("id", target.getIdPart())
                        .query(Integer.class)
                        .single()
                > 0;
    }
}
