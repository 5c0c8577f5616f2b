package health.salus.blob;

import health.salus.tenant.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.List;

/** What a tenant keeps in the store and asks of it, from the catalog alone: the store is never listed for it. */
@Component
public class StorageMeter {

    private final JdbcClient database;

    StorageMeter(JdbcClient database) {
        this.database = database;
    }

    /** What a tenant keeps, by category and storage class; an object with blobs of several types counts once. */
    public List<StorageUse> kept(TenantId tenant) {
        return database.sql("""
                        SELECT category, storage_class, count(*) AS objects, sum(size) AS bytes,
                               sum(stored_size) AS stored_bytes,
                               sum(stored_size * (blobs - 1)) AS shared_bytes,
                               coalesce(sum(stored_size) FILTER (WHERE stored_at > now() - interval '30 days'), 0) AS new_bytes
                          FROM salus_blob_object object
                          JOIN LATERAL (
                               SELECT count(*) AS blobs, min(salus_blob_category(content_type)) AS category
                                 FROM salus_blob blob
                                WHERE blob.tenant_id = object.tenant_id AND blob.object_key = object.object_key) named
                            ON blobs > 0
                         WHERE tenant_id = :tenant AND state NOT IN ('PENDING', 'CONDEMNED', 'MISSING')
                         GROUP BY category, storage_class
                         ORDER BY category, storage_class
                        """)
                .param("tenant", tenant.value())
                .query((row, number) -> new StorageUse(
                        row.getString("category"),
                        row.getString("storage_class"),
                        row.getLong("objects"),
                        row.getLong("bytes"),
                        row.getLong("stored_bytes"),
                        row.getLong("shared_bytes"),
                        row.getLong("new_bytes")))
                .list();
    }

    /** What was asked of the store for a tenant within the last 30 days; the last minute may be missing. */
    public List<RequestUse> requests(TenantId tenant) {
        return database.sql("""
                        SELECT operation, storage_class, sum(requests) AS requests, sum(bytes) AS bytes
                          FROM salus_blob_usage
                         WHERE tenant_id = :tenant AND day > current_date - 30
                         GROUP BY operation, storage_class
                         ORDER BY operation, storage_class
                        """)
                .param("tenant", tenant.value())
                .query((row, number) -> new RequestUse(
                        row.getString("operation"),
                        row.getString("storage_class"),
                        row.getLong("requests"),
                        row.getLong("bytes")))
                .list();
    }
}
