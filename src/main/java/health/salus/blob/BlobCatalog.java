package health.salus.blob;

import health.salus.scan.ContentScanner;
import health.salus.tenant.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** The rows of blobs and of their objects, {@code salus_blob} and {@code salus_blob_object}. */
@Component
class BlobCatalog {

    /** All that {@link #storedObject} reads. */
    static final String OBJECT_COLUMNS = """
            object.object_key, object.key_id, object.state, object.size, object.stored_size, object.encoding,
            object.storage_class, object.scanned_at, encode(object.sha256, 'hex') AS sha256, encode(object.sha1, 'hex') AS sha1
            """;

    static final String SELECT_OBJECT = "SELECT " + OBJECT_COLUMNS + " FROM salus_blob_object object";

    private static final String SELECT_BLOB = "SELECT blob.id, blob.content_type, " + OBJECT_COLUMNS + """
              FROM salus_blob blob
              JOIN salus_blob_object object USING (tenant_id, object_key)
            """;

    private final JdbcClient database;
    private final ContentScanner scanner;
    private final TransactionTemplate ownTransaction;

    BlobCatalog(JdbcClient database, PlatformTransactionManager transactions, ContentScanner scanner) {
        this.database = database;
        this.scanner = scanner;
        this.ownTransaction = new TransactionTemplate(transactions);
        // What is in the store is a fact, whatever becomes of the transaction around us.
        this.ownTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /** Announces an object, in a transaction of its own: no object is ever without a row, so whoever cleans up finds it. */
    BlobKey announce(TenantId tenant) {
        BlobKey key = BlobKey.random(tenant);
        ownTransaction.executeWithoutResult(status -> database.sql("""
                        INSERT INTO salus_blob_object (object_key, tenant_id, state) VALUES (:key, :tenant, 'PENDING')
                        """)
                .param("key", key.value())
                .param("tenant", tenant.value())
                .update());
        return key;
    }

    /**
     * Names an object that has arrived in the store. If the tenant has the same bytes already, the new name is given to
     * those, and the announced object is left to be forgotten.
     *
     * @param scanned whether a scanner has looked into it and found nothing
     */
    StoredBlob name(StoredObject arrived, PieceDigests pieces, String contentType, boolean scanned) {
        return Objects.requireNonNull(ownTransaction.execute(status -> {
            lockContent(arrived);
            if (scanned) {
                noteClean(arrived);
            }
            StoredObject kept = sameBytes(arrived)
                    .map(same -> {
                        notePieces(same.key(), pieces);
                        return same;
                    })
                    .orElseGet(() -> markStored(arrived, pieces, scanned));
            StoredBlob blob = new StoredBlob(BlobId.random(), kept, contentType);
            insert(blob);
            return blob;
        }));
    }

    /** Removes the row of an object that was announced and whose bytes are gone again. */
    void forget(BlobKey key) {
        database.sql("DELETE FROM salus_blob_object WHERE object_key = :key AND state = 'PENDING'")
                .param("key", key.value())
                .update();
    }

    /** Keeps an object from being read, and from being shared by whoever stores the right bytes again. */
    void quarantine(BlobKey key) {
        database.sql("UPDATE salus_blob_object SET state = 'QUARANTINED'"
                        + " WHERE object_key = :key AND state IN ('STORED', 'UNSCANNED')")
                .param("key", key.value())
                .update();
    }

    /** Keeps all objects with these bytes from being read. */
    void infect(StoredObject object) {
        database.sql("""
                        UPDATE salus_blob_object SET state = 'INFECTED'
                         WHERE tenant_id = :tenant AND sha256 = decode(:sha256, 'hex') AND size = :size
                           AND state IN ('STORED', 'UNSCANNED', 'ARCHIVED', 'RESTORING')
                        """)
                .param("tenant", object.key().tenant().value())
                .param("sha256", object.sha256().hex())
                .param("size", object.size())
                .update();
    }

    /** Notes that the store has put an object into its archive. */
    void archive(BlobKey key) {
        database.sql("""
                        UPDATE salus_blob_object SET state = 'ARCHIVED', restored_until = NULL
                         WHERE object_key = :key AND state IN ('STORED', 'RESTORING')
                        """).param("key", key.value()).update();
    }

    /**
     * The digests of some pieces of an object.
     *
     * @param range whole pieces of it
     * @return nothing if the object was stored before they were kept
     */
    Optional<PieceDigests> pieces(StoredObject object, ByteRange range) {
        long first = range.offset() / PieceDigests.PIECE;
        if (object.size() <= PieceDigests.PIECE) {
            return Optional.of(new PieceDigests(first, object.sha256().bytes()));
        }
        long count = range.last() / PieceDigests.PIECE - first + 1;
        return database.sql("""
                        SELECT substring(piece_digests FROM :from FOR :length) FROM salus_blob_object
                         WHERE object_key = :key AND piece_digests IS NOT NULL
                        """)
                .param("from", Math.toIntExact(first * PieceDigests.DIGEST + 1))
                .param("length", Math.toIntExact(count * PieceDigests.DIGEST))
                .param("key", object.key().value())
                .query(byte[].class)
                .optional()
                .map(it -> new PieceDigests(first, it));
    }

    /** Keeps the digests of all pieces of an object that has none yet. */
    void notePieces(BlobKey key, PieceDigests pieces) {
        database.sql("""
                        UPDATE salus_blob_object SET piece_digests = :pieces
                         WHERE object_key = :key AND piece_digests IS NULL AND size > %d
                        """.formatted(PieceDigests.PIECE))
                .param("pieces", pieces.bytes())
                .param("key", key.value())
                .update();
    }

    Optional<StoredBlob> find(TenantId tenant, BlobId id) {
        return database.sql(SELECT_BLOB + """
                         WHERE blob.tenant_id = :tenant AND blob.id = :id AND object.state NOT IN ('PENDING', 'CONDEMNED')
                        """)
                .param("tenant", tenant.value())
                .param("id", id.value())
                .query((row, number) -> storedBlob(row))
                .optional();
    }

    List<StoredBlob> heldBy(TenantId tenant, String resourceType, String resourceId) {
        return database.sql(SELECT_BLOB + """
                         WHERE object.state NOT IN ('PENDING', 'CONDEMNED')
                           AND (blob.tenant_id, blob.id) IN (
                               SELECT tenant_id, blob_id FROM salus_blob_ref
                                WHERE tenant_id = :tenant AND resource_type = :type AND resource_id = :resource)
                        """)
                .param("tenant", tenant.value())
                .param("type", resourceType)
                .param("resource", resourceId)
                .query((row, number) -> storedBlob(row))
                .list();
    }

    /** Two servers that store the same bytes of one tenant at the same time take turns, so that the second finds the first. */
    private void lockContent(StoredObject object) {
        database.sql("SELECT pg_advisory_xact_lock(hashtextextended(:tenant || :sha256, 0))")
                .param("tenant", object.key().tenant().value())
                .param("sha256", object.sha256().hex())
                .query()
                .listOfRows();
    }

    /** What the scanner has said of some bytes holds for the same ones that came before it. */
    private void noteClean(StoredObject object) {
        database.sql("""
                        UPDATE salus_blob_object SET scanned_at = now()
                         WHERE tenant_id = :tenant AND sha256 = decode(:sha256, 'hex') AND size = :size
                           AND state = 'STORED' AND scanned_at IS NULL
                        """)
                .param("tenant", object.key().tenant().value())
                .param("sha256", object.sha256().hex())
                .param("size", object.size())
                .update();
    }

    private Optional<StoredObject> sameBytes(StoredObject object) {
        return database.sql(SELECT_OBJECT + """
                         WHERE tenant_id = :tenant AND sha256 = decode(:sha256, 'hex') AND size = :size
                           AND state = 'STORED' AND (key_id IS NOT NULL) = :encrypted
                         ORDER BY stored_at LIMIT 1
                           FOR KEY SHARE
                        """)
                .param("tenant", object.key().tenant().value())
                .param("sha256", object.sha256().hex())
                .param("size", object.size())
                .param("encrypted", object.keyId().isPresent())
                .query((row, number) -> servedObject(row))
                .optional();
    }

    private StoredObject markStored(StoredObject object, PieceDigests pieces, boolean scanned) {
        int rows = database.sql("""
                        UPDATE salus_blob_object
                           SET state = :state, size = :size, sha256 = decode(:sha256, 'hex'), sha1 = decode(:sha1, 'hex'),
                               encoding = :encoding, stored_size = :storedSize, storage_class = :storageClass, stored_at = now(),
                               scanned_at = CASE WHEN :scanned THEN now() END, key_id = :keyId, piece_digests = :pieces
                         WHERE object_key = :key AND state = 'PENDING'
                        """)
                .param("key", object.key().value())
                .param("state", object.state().name())
                .param("scanned", scanned)
                .param("pieces", object.size() > PieceDigests.PIECE ? pieces.bytes() : null, Types.BINARY)
                .param("keyId", object.keyId().orElse(null), Types.OTHER)
                .param("size", object.size())
                .param("sha256", object.sha256().hex())
                .param("sha1", object.sha1().hex())
                .param("encoding", object.encoding().name())
                .param("storedSize", object.storedSize())
                .param("storageClass", object.storageClass())
                .update();
        if (rows != 1) {
            throw new IllegalStateException("Object " + object.key() + " was given up while it was being stored");
        }
        return object;
    }

    private void insert(StoredBlob blob) {
        database.sql("""
                        INSERT INTO salus_blob (id, tenant_id, object_key, content_type)
                        VALUES (:id, :tenant, :key, :contentType)
                        """)
                .param("id", blob.id().value())
                .param("tenant", blob.tenant().value())
                .param("key", blob.object().key().value())
                .param("contentType", blob.contentType())
                .update();
    }

    private StoredBlob storedBlob(ResultSet row) throws SQLException {
        return new StoredBlob(
                new BlobId(row.getObject("id", UUID.class)), servedObject(row), row.getString("content_type"));
    }

    /** The object as readers see it: what no scanner has seen yet may have to wait, although it lies in the store. */
    private StoredObject servedObject(ResultSet row) throws SQLException {
        StoredObject object = storedObject(row);
        boolean held = object.state() == BlobState.STORED
                && row.getObject("scanned_at") == null
                && !scanner.servesUnseen(object.size());
        return held ? object.in(BlobState.UNSCANNED) : object;
    }

    static StoredObject storedObject(ResultSet row) throws SQLException {
        return new StoredObject(
                BlobKey.parse(row.getString("object_key")),
                BlobState.valueOf(row.getString("state")),
                row.getLong("size"),
                new Sha256(row.getString("sha256")),
                new Sha1(row.getString("sha1")),
                Encoding.valueOf(row.getString("encoding")),
                row.getLong("stored_size"),
                row.getString("storage_class"),
                Optional.ofNullable(row.getObject("key_id", UUID.class)));
    }
}
