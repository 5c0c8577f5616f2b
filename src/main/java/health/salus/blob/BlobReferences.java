package health.salus.blob;

import health.salus.tenant.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import java.util.Set;

/** Which version of which resource holds which blob, {@code salus_blob_ref}. */
@Component
class BlobReferences {

    private final JdbcClient database;
    private final TransactionTemplate callersTransaction;

    BlobReferences(JdbcClient database, PlatformTransactionManager transactions) {
        this.database = database;
        this.callersTransaction = new TransactionTemplate(transactions);
        this.callersTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_MANDATORY);
    }

    /** Notes a reference in the caller's transaction; false if the tenant has no such blob. */
    boolean add(TenantId tenant, BlobId id, BlobOwner owner) {
        return Boolean.TRUE.equals(callersTransaction.execute(status -> {
            if (!lock(tenant, id)) {
                return false;
            }
            insert(tenant, id, owner);
            noteAsHeld(tenant, id);
            return true;
        }));
    }

    Set<BlobOwner> owners(TenantId tenant, BlobId id) {
        return database.sql("""
                        SELECT resource_type, resource_id, version
                          FROM salus_blob_ref
                         WHERE tenant_id = :tenant AND blob_id = :id
                        """)
                .param("tenant", tenant.value())
                .param("id", id.value())
                .query((row, number) -> new BlobOwner(
                        row.getString("resource_type"), row.getString("resource_id"), row.getLong("version")))
                .set();
    }

    /** Holds the row until the transaction ends, so that the blob cannot be swept away before the reference is seen. */
    private boolean lock(TenantId tenant, BlobId id) {
        return !database.sql("""
                        SELECT id FROM salus_blob WHERE tenant_id = :tenant AND id = :id FOR KEY SHARE
                        """)
                .param("tenant", tenant.value())
                .param("id", id.value())
                .query()
                .listOfRows()
                .isEmpty();
    }

    private void insert(TenantId tenant, BlobId id, BlobOwner owner) {
        database.sql("""
                        INSERT INTO salus_blob_ref (tenant_id, resource_type, resource_id, version, blob_id)
                        VALUES (:tenant, :type, :resource, :version, :id)
                        ON CONFLICT DO NOTHING
                        """)
                .param("tenant", tenant.value())
                .param("type", owner.resourceType())
                .param("resource", owner.resourceId())
                .param("version", owner.version())
                .param("id", id.value())
                .update();
    }

    private void noteAsHeld(TenantId tenant, BlobId id) {
        database.sql("""
                        UPDATE salus_blob SET unreferenced_since = NULL
                         WHERE tenant_id = :tenant AND id = :id AND unreferenced_since IS NOT NULL
                        """)
                .param("tenant", tenant.value())
                .param("id", id.value())
                .update();
    }
}
