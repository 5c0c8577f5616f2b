package health.salus.blob;

import health.salus.tenant.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import java.io.IOException;
import java.io.InputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The catalog of blobs: which there are, whose they are and which resources hold them, kept in {@code salus_blob} and
 * {@code salus_blob_ref}. Every question names the tenant that asks, and what belongs to another is not there.
 */
@Component
public class Blobs {

    private final JdbcClient database;
    private final BlobStore store;
    private final TransactionTemplate ownTransaction;
    private final TransactionTemplate callersTransaction;

    Blobs(JdbcClient database, BlobStore store, PlatformTransactionManager transactions) {
        this.database = database;
        this.store = store;
        this.ownTransaction = template(transactions, TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.callersTransaction = template(transactions, TransactionDefinition.PROPAGATION_MANDATORY);
    }

    /**
     * Stores content as a new blob. When this method returns, the blob survives a crash; when it throws, at most a pending
     * row is left, which no one can see.
     *
     * <p>Call it before the transaction that refers to the blob begins. It commits on its own, so that a rolled back and
     * retried transaction finds the blob again, and inside another transaction it would need a second connection while the
     * store takes its time.
     *
     * @param contentType 1 to 255 printable ASCII characters
     * @param content     read once, or more often if the store must retry
     * @throws IllegalArgumentException      if the content type is anything else
     * @throws BlobStoreUnavailableException if the store cannot take it now
     * @throws IOException                   if the content cannot be read, or is shorter or longer than it says
     */
    public StoredBlob store(TenantId tenant, String contentType, BlobContent content) throws IOException {
        StoredBlob.requireContentType(contentType);
        BlobId id = BlobId.random();
        BlobKey key = BlobKey.random(tenant);
        // The row comes first: no object is without a row, so whoever cleans up finds it.
        ownTransaction.executeWithoutResult(status -> insertPending(id, key, contentType, content.size()));
        HashedContent hashed = new HashedContent(content);
        store.put(key, hashed);
        HashedContent.Digests digests = hashed.digests();
        StoredBlob blob =
                new StoredBlob(id, tenant, key, content.size(), digests.sha256(), digests.sha1(), contentType);
        ownTransaction.executeWithoutResult(status -> markStored(blob));
        return blob;
    }

    /** Finds a blob of this tenant whose bytes are in the store. */
    public Optional<StoredBlob> find(TenantId tenant, BlobId id) {
        return database.sql("""
                        SELECT id, tenant_id, object_key, size, encode(sha256, 'hex') AS sha256,
                               encode(sha1, 'hex') AS sha1, content_type
                          FROM salus_blob
                         WHERE tenant_id = :tenant AND id = :id AND state = 'STORED'
                        """)
                .param("tenant", tenant.value())
                .param("id", id.value())
                .query((row, number) -> storedBlob(row))
                .optional();
    }

    /**
     * Opens all bytes of a blob. Reading fails with an {@link IOException} if the store delivers fewer or more.
     *
     * @throws BlobNotFoundException         if the store has lost the object
     * @throws BlobStoreUnavailableException if the store cannot give it now
     */
    public InputStream open(StoredBlob blob) throws IOException {
        return ExactInputStream.wholeOf(store.open(blob.key()), blob.size());
    }

    /**
     * Opens some bytes of a blob.
     *
     * @param range inside the blob's size
     * @throws IllegalArgumentException      if the range goes beyond it
     * @throws BlobNotFoundException         if the store has lost the object
     * @throws BlobRangeException            if the object in the store is shorter than it was
     * @throws BlobStoreUnavailableException if the store cannot give it now
     */
    public InputStream open(StoredBlob blob, ByteRange range) {
        if (!range.fits(blob.size())) {
            throw new IllegalArgumentException("Blob " + blob.id() + " ends before byte " + range.last());
        }
        return store.open(blob.key(), range);
    }

    /**
     * Notes that a version of a resource holds a blob, in the caller's transaction: the note stands or falls with the
     * resource. Noting it twice is noting it once.
     *
     * @throws BlobNotFoundException if this tenant has no such blob
     * @throws org.springframework.transaction.IllegalTransactionStateException if there is no transaction
     */
    public void refer(TenantId tenant, BlobId id, BlobOwner owner) {
        callersTransaction.executeWithoutResult(status -> {
            if (!lock(tenant, id)) {
                throw BlobNotFoundException.of(id);
            }
            insertReference(tenant, id, owner);
        });
    }

    /** The versions of resources that hold a blob; none if this tenant has no such blob. */
    public Set<BlobOwner> owners(TenantId tenant, BlobId id) {
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

    private void insertPending(BlobId id, BlobKey key, String contentType, long size) {
        database.sql("""
                        INSERT INTO salus_blob (id, tenant_id, object_key, state, size, content_type)
                        VALUES (:id, :tenant, :key, 'PENDING', :size, :contentType)
                        """)
                .param("id", id.value())
                .param("tenant", key.tenant().value())
                .param("key", key.value())
                .param("size", size)
                .param("contentType", contentType)
                .update();
    }

    private void markStored(StoredBlob blob) {
        int rows = database.sql("""
                        UPDATE salus_blob
                           SET state = 'STORED', sha256 = decode(:sha256, 'hex'), sha1 = decode(:sha1, 'hex'),
                               stored_at = now()
                         WHERE id = :id AND state = 'PENDING'
                        """)
                .param("id", blob.id().value())
                .param("sha256", blob.sha256().hex())
                .param("sha1", blob.sha1().hex())
                .update();
        if (rows != 1) {
            throw new IllegalStateException("Blob " + blob.id() + " was given up while it was being stored");
        }
    }

    /** Holds the row until the transaction ends, so that the blob cannot be swept away before the reference is seen; false if there is none. */
    private boolean lock(TenantId tenant, BlobId id) {
        return database.sql("""
                        SELECT id FROM salus_blob
                         WHERE tenant_id = :tenant AND id = :id AND state = 'STORED'
                           FOR KEY SHARE
                        """)
                .param("tenant", tenant.value())
                .param("id", id.value())
                .query(UUID.class)
                .optional()
                .isPresent();
    }

    private void insertReference(TenantId tenant, BlobId id, BlobOwner owner) {
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

    private static StoredBlob storedBlob(ResultSet row) throws SQLException {
        return new StoredBlob(
                new BlobId(row.getObject("id", UUID.class)),
                new TenantId(row.getString("tenant_id")),
                BlobKey.parse(row.getString("object_key")),
                row.getLong("size"),
                new Sha256(row.getString("sha256")),
                new Sha1(row.getString("sha1")),
                row.getString("content_type"));
    }

    private static TransactionTemplate template(PlatformTransactionManager transactions, int propagation) {
        TransactionTemplate template = new TransactionTemplate(transactions);
        template.setPropagationBehavior(propagation);
        return template;
    }
}
