package health.salus.fhir;

import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.jpa.model.entity.PartitionablePartitionId;
import ca.uhn.fhir.jpa.model.entity.ResourceEncodingEnum;
import ca.uhn.fhir.jpa.model.entity.ResourceHistoryTable;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Date;

/**
 * A version of a resource as HAPI's tables have it.
 *
 * @param partition where it lies
 * @param row       HAPI's number of the resource, {@code res_id}
 * @param type      a FHIR R4 resource type
 * @param id        the resource's id without its type
 * @param version   the {@code meta.versionId}, from 1
 * @param published when its first version was made
 * @param updated   when this version was made
 * @param source    the {@code meta.source} without its fragment, or null
 * @param requestId the fragment of {@code meta.source}, or null
 * @param text      the resource in JSON without what the other columns say
 */
public record StoredVersion(
        int partition,
        long row,
        String type,
        String id,
        long version,
        Date published,
        Date updated,
        @Nullable String source,
        @Nullable String requestId,
        String text) {

    /** The columns that {@link #of} reads, of {@code hfj_resource r} and {@code hfj_res_ver v}. */
    public static final String COLUMNS = "r.partition_id, r.res_id, r.res_type, r.fhir_id, v.res_ver, r.res_published,"
            + " v.res_updated, v.source_uri, v.request_id, v.res_text_vc";

    /** What {@code hfj_res_ver v} must be for {@link #of} to read it: a version in JSON that is no deletion. */
    public static final String READABLE =
            "v.res_deleted_at IS NULL AND v.res_encoding = 'JSON' AND v.res_text_vc IS NOT NULL AND v.res_version = 'R4'";

    /** Reads the row that a result set is at. */
    public static StoredVersion of(ResultSet row) throws SQLException {
        return new StoredVersion(
                row.getInt("partition_id"),
                row.getLong("res_id"),
                row.getString("res_type"),
                row.getString("fhir_id"),
                row.getLong("res_ver"),
                row.getTimestamp("res_published"),
                row.getTimestamp("res_updated"),
                row.getString("source_uri"),
                row.getString("request_id"),
                row.getString("res_text_vc"));
    }

    /** What HAPI's parser needs of it, and no more: it belongs to no session and must not be written. */
    ResourceHistoryTable entity() {
        ResourceHistoryTable entity = new ResourceHistoryTable();
        entity.setPartitionId(PartitionablePartitionId.with(partition, null));
        entity.setResourceId(row);
        entity.setResourceType(type);
        entity.setTransientForcedId(id);
        entity.setFhirVersion(FhirVersionEnum.R4);
        entity.setVersion(version);
        entity.setPublished(published);
        entity.setUpdated(updated);
        entity.setSourceUri(source);
        entity.setRequestId(requestId);
        entity.setEncoding(ResourceEncodingEnum.JSON);
        entity.setResourceTextVc(text);
        return entity;
    }
}
