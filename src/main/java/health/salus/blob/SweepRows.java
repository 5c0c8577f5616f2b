package health.salus.blob;

import health.salus.tenant.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;

/** What the sweep asks and changes in the catalog; each step is a transaction of its own. */
@Component
class SweepRows {

    private static final int BATCH = 500;
    // Any number does, as long as every server of one database uses the same.
    private static final long LOCK = 0x53776565706CL;

    private final JdbcClient database;
    private final TransactionTemplate step;

    SweepRows(JdbcClient database, PlatformTransactionManager transactions) {
        this.database = database;
        this.step = new TransactionTemplate(transactions);
        this.step.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /** Runs the work unless another server is at it; the lock ends with the connection, however that ends. */
    void alone(Runnable work) {
        step.executeWithoutResult(status -> {
            if (database.sql("SELECT pg_try_advisory_xact_lock(:key)")
                    .param("key", LOCK)
                    .query(Boolean.class)
                    .single()) {
                work.run();
            }
        });
    }

    /**
     * Deletes blobs that no version of any resource holds and none has held for a while, and condemns the objects that no
     * other blob shares. Returns how many blobs are gone.
     */
    int deleteUnreferenced(Duration grace) {
        int sum = 0;
        OptionalInt deleted = deleteSome(grace);
        while (deleted.isPresent()) {
            sum += deleted.getAsInt();
            deleted = deleteSome(grace);
        }
        return sum;
    }

    private OptionalInt deleteSome(Duration grace) {
        return Objects.requireNonNull(step.execute(status -> {
            List<UUID> candidates = lockCandidates(grace);
            if (candidates.isEmpty()) {
                return OptionalInt.empty();
            }
            List<String> released = deleteThoseWithoutOwner(candidates);
            condemn(released);
            return OptionalInt.of(released.size());
        }));
    }

    /** Deletes a blob unless a resource holds it, and condemns its object unless another blob shares it. */
    void delete(TenantId tenant, BlobId id) {
        step.executeWithoutResult(status -> {
            List<UUID> locked = database.sql(
                            "SELECT id FROM salus_blob WHERE tenant_id = :tenant AND id = :id FOR UPDATE")
                    .param("tenant", tenant.value())
                    .param("id", id.value())
                    .query(UUID.class)
                    .list();
            if (!locked.isEmpty()) {
                condemn(deleteThoseWithoutOwner(locked));
            }
        });
    }

    /** Condemns objects that were announced long ago and never arrived. */
    void condemnUnfinished(Duration grace) {
        database.sql("""
                        UPDATE salus_blob_object SET state = 'CONDEMNED'
                         WHERE state = 'PENDING' AND created_at < now() - make_interval(secs => :grace)
                        """).param("grace", grace.toSeconds()).update();
    }

    /** Some condemned objects; they stay until {@link #forget} is told that their bytes are gone. */
    List<BlobKey> condemned() {
        return database.sql("""
                        SELECT object_key FROM salus_blob_object WHERE state = 'CONDEMNED'
                         ORDER BY created_at LIMIT :batch
                        """)
                .param("batch", BATCH)
                .query((row, number) -> BlobKey.parse(row.getString("object_key")))
                .list();
    }

    void forget(BlobKey key) {
        database.sql("DELETE FROM salus_blob_object WHERE object_key = :key AND state = 'CONDEMNED'")
                .param("key", key.value())
                .update();
    }

    /** Blobs on which a reference is on its way are locked by it, and left for the next time. */
    private List<UUID> lockCandidates(Duration grace) {
        return database.sql("""
                        SELECT id FROM salus_blob
                         WHERE unreferenced_since < now() - make_interval(secs => :grace)
                         ORDER BY unreferenced_since LIMIT :batch
                           FOR UPDATE SKIP LOCKED
                        """)
                .param("grace", grace.toSeconds())
                .param("batch", BATCH)
                .query(UUID.class)
                .list();
    }

    /** Asks again, in a statement that begins when the rows are locked and so sees every reference to them. */
    private List<String> deleteThoseWithoutOwner(List<UUID> candidates) {
        List<String> objects =
                database.sql("""
                        DELETE FROM salus_blob blob
                         WHERE id IN (:ids)
                           AND NOT EXISTS (SELECT FROM salus_blob_ref ref
                                            WHERE ref.tenant_id = blob.tenant_id AND ref.blob_id = blob.id)
                        RETURNING object_key
                        """).param("ids", candidates).query(String.class).list();
        database.sql("UPDATE salus_blob SET unreferenced_since = NULL WHERE id IN (:ids)")
                .param("ids", candidates)
                .update();
        return objects;
    }

    /** Locked first: whoever is about to give the object to a new blob is waited for, and then seen. */
    private void condemn(List<String> objects) {
        if (objects.isEmpty()) {
            return;
        }
        database.sql(
                        "SELECT object_key FROM salus_blob_object WHERE object_key IN (:keys) ORDER BY object_key FOR UPDATE")
                .param("keys", objects)
                .query()
                .listOfRows();
        database.sql("""
                        UPDATE salus_blob_object object SET state = 'CONDEMNED'
                         WHERE object_key IN (:keys)
                           AND NOT EXISTS (SELECT FROM salus_blob blob WHERE blob.tenant_id = object.tenant_id
                                                                         AND blob.object_key = object.object_key)
                        """).param("keys", objects).update();
    }
}
