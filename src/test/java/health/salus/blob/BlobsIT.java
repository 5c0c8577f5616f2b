package health.salus.blob;

import health.salus.tenant.TenantId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import javax.sql.DataSource;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The catalog on a real PostgreSQL, above a real store. */
class BlobsIT {

    private static final TenantId NORTH = new TenantId("north");
    private static final TenantId SOUTH = new TenantId("south");
    private static final BlobOwner OWNER = new BlobOwner("DocumentReference", "report", 1);
    private static final BlobContent ABC = BlobContent.of("abc".getBytes(UTF_8));

    private static EmbeddedPostgres server;
    private static JdbcClient database;
    private static PlatformTransactionManager transactions;

    @TempDir
    private Path directory;

    private FilesystemBlobStore store;
    private Blobs blobs;

    @BeforeAll
    static void startDatabase() throws IOException {
        server = EmbeddedPostgres.builder().start();
        DataSource source = server.getPostgresDatabase();
        Flyway.configure().dataSource(source).load().migrate();
        database = JdbcClient.create(source);
        transactions = new JdbcTransactionManager(source);
        database.sql("INSERT INTO salus_tenant (id) VALUES ('north'), ('south')")
                .update();
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        server.close();
    }

    @BeforeEach
    void startEmpty() {
        database.sql("TRUNCATE salus_blob, salus_blob_ref").update();
        store = new FilesystemBlobStore(directory);
        blobs = new Blobs(database, store, transactions);
    }

    @Test
    void storedBlobIsFoundWithAllThatWasSaidOfIt() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "text/plain; charset=utf-8", ABC);

        assertThat(blobs.find(NORTH, stored.id())).contains(stored);
        assertThat(stored.tenant()).isEqualTo(NORTH);
        assertThat(stored.size()).isEqualTo(3);
        assertThat(stored.contentType()).isEqualTo("text/plain; charset=utf-8");
        assertThat(read(blobs.open(stored))).isEqualTo("abc");
        assertThat(read(blobs.open(stored, ByteRange.inclusive(1, 1)))).isEqualTo("b");
    }

    @Test
    void digestsAreThoseOfTheContent() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "text/plain", ABC);

        // FIPS 180-2, appendices A.1 and B.1.
        assertThat(stored.sha1().hex()).isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
        assertThat(stored.sha256().hex()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void emptyBlobIsABlob() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "text/plain", BlobContent.of(new byte[0]));

        assertThat(read(blobs.open(stored))).isEmpty();
        assertThat(Base64.getEncoder().encodeToString(stored.sha1().bytes())).isEqualTo("2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
    }

    @Test
    void sameContentStoredTwiceIsTwoBlobs() throws Exception {
        StoredBlob first = blobs.store(NORTH, "text/plain", ABC);
        StoredBlob second = blobs.store(NORTH, "text/plain", ABC);

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.key()).isNotEqualTo(first.key());
    }

    @Test
    void blobOfAnotherTenantIsNotThere() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "text/plain", ABC);
        inTransaction(() -> blobs.refer(NORTH, stored.id(), OWNER));

        assertThat(blobs.find(SOUTH, stored.id())).isEmpty();
        assertThat(blobs.owners(SOUTH, stored.id())).isEmpty();
    }

    @Test
    void unknownTenantStoresNothing() {
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> blobs.store(new TenantId("nowhere"), "text/plain", ABC));

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void contentTypeThatCouldEndAHeaderIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> blobs.store(NORTH, "text/plain\r\nSet-Cookie: a=b", ABC));
        assertThatIllegalArgumentException().isThrownBy(() -> blobs.store(NORTH, "", ABC));

        assertThat(rows("PENDING")).isZero();
    }

    @Test
    void failedPutLeavesAPendingRowThatNobodySees() {
        Blobs failing = new Blobs(database, new FilesystemBlobStore(Path.of("/dev/null")), transactions);

        assertThatExceptionOfType(BlobStoreUnavailableException.class)
                .isThrownBy(() -> failing.store(NORTH, "text/plain", ABC));

        assertThat(rows("PENDING")).isOne();
        assertThat(rows("STORED")).isZero();
        BlobId pending = pendingId();
        assertThat(blobs.find(NORTH, pending)).isEmpty();
        assertThatExceptionOfType(BlobNotFoundException.class)
                .isThrownBy(() -> inTransaction(() -> blobs.refer(NORTH, pending, OWNER)));
    }

    @Test
    void truncatedContentIsNeverABlob() {
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> blobs.store(NORTH, "text/plain", new Content(4, () -> stream("abc"))));

        assertThat(rows("STORED")).isZero();
    }

    @Test
    void contentThatReadsDifferentlyOnARetryIsRefused() {
        Random random = new Random(1);
        Blobs retrying = new Blobs(database, new RetryingStore(store), transactions);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> retrying.store(
                        NORTH, "text/plain", new Content(8, () -> stream(String.format("%08x", random.nextInt())))))
                .withMessageContaining("changed");

        assertThat(rows("STORED")).isZero();
    }

    @Test
    void retryOfTheStoreDoesNotChangeTheDigests() throws Exception {
        Blobs retrying = new Blobs(database, new RetryingStore(store), transactions);

        StoredBlob stored = retrying.store(NORTH, "text/plain", ABC);

        assertThat(stored.sha1().hex()).isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    @Test
    void blobOutlivesTheRollbackOfTheTransactionAroundIt() {
        StoredBlob[] stored = new StoredBlob[1];

        rolledBack(() -> stored[0] = blobs.store(NORTH, "text/plain", ABC));

        assertThat(blobs.find(NORTH, stored[0].id())).isPresent();
    }

    @Test
    void blobThatWasGivenUpWhileItWasStoredIsNotReported() {
        BlobStore slow = new RetryingStore(store) {
            @Override
            public void put(BlobKey key, BlobContent content) throws IOException {
                super.put(key, content);
                database.sql("DELETE FROM salus_blob").update();
            }
        };

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> new Blobs(database, slow, transactions).store(NORTH, "text/plain", ABC));
    }

    @Test
    void objectThatWasCutInTheStoreFailsWhileItIsRead() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "text/plain", ABC);
        store.delete(stored.key());
        store.put(stored.key(), BlobContent.of("ab".getBytes(UTF_8)));

        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> read(blobs.open(stored)));
        assertThatExceptionOfType(BlobRangeException.class)
                .isThrownBy(() -> blobs.open(stored, ByteRange.inclusive(2, 2)));
    }

    @Test
    void rangeBeyondTheBlobIsTheCallersMistake() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "text/plain", ABC);

        assertThatIllegalArgumentException().isThrownBy(() -> blobs.open(stored, ByteRange.inclusive(2, 3)));
    }

    @Test
    void ownersAreThoseWhoReferredToTheBlobEachOnce() throws Exception {
        BlobId id = blobs.store(NORTH, "text/plain", ABC).id();
        BlobOwner second = new BlobOwner("DocumentReference", "report", 2);

        inTransaction(() -> {
            blobs.refer(NORTH, id, OWNER);
            blobs.refer(NORTH, id, second);
        });
        inTransaction(() -> blobs.refer(NORTH, id, OWNER));

        assertThat(blobs.owners(NORTH, id)).containsExactlyInAnyOrder(OWNER, second);
    }

    @Test
    void referenceFallsWithItsTransaction() throws Exception {
        BlobId id = blobs.store(NORTH, "text/plain", ABC).id();

        rolledBack(() -> blobs.refer(NORTH, id, OWNER));

        assertThat(blobs.owners(NORTH, id)).isEmpty();
    }

    @Test
    void referenceWithoutATransactionIsRefused() throws Exception {
        BlobId id = blobs.store(NORTH, "text/plain", ABC).id();

        assertThatExceptionOfType(IllegalTransactionStateException.class)
                .isThrownBy(() -> blobs.refer(NORTH, id, OWNER));
    }

    @Test
    void referenceToAnotherTenantsBlobIsRefused() throws Exception {
        BlobId id = blobs.store(NORTH, "text/plain", ABC).id();

        assertThatExceptionOfType(BlobNotFoundException.class)
                .isThrownBy(() -> inTransaction(() -> blobs.refer(SOUTH, id, OWNER)));
        assertThatExceptionOfType(BlobNotFoundException.class)
                .isThrownBy(() -> inTransaction(() -> blobs.refer(NORTH, BlobId.random(), OWNER)));
    }

    @Test
    void schemaItselfRefusesAReferenceToAnotherTenantsBlob() throws Exception {
        BlobId id = blobs.store(NORTH, "text/plain", ABC).id();

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> database.sql("INSERT INTO salus_blob_ref VALUES ('south', 'Binary', 'b', 1, :id)")
                        .param("id", id.value())
                        .update())
                .withMessageContaining("foreign key");
    }

    @Test
    void schemaItselfRefusesABlobWithAnotherTenantsKey() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "text/plain", ABC);

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> database.sql("UPDATE salus_blob SET tenant_id = 'south' WHERE id = :id")
                        .param("id", stored.id().value())
                        .update());
    }

    @Test
    void blobCannotBeSweptAwayWhileAReferenceIsOnItsWay() throws Exception {
        BlobId id = blobs.store(NORTH, "text/plain", ABC).id();
        CompletableFuture<Void> sweep = new CompletableFuture<>();

        inTransaction(() -> {
            blobs.refer(NORTH, id, OWNER);
            sweep.completeAsync(() -> {
                inTransaction(() -> database.sql("SELECT id FROM salus_blob WHERE id = :id FOR UPDATE")
                        .param("id", id.value())
                        .query()
                        .listOfRows());
                return null;
            });
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> sweep.get(300, TimeUnit.MILLISECONDS));
        });

        assertThat(sweep).succeedsWithin(5, TimeUnit.SECONDS);
    }

    private static void inTransaction(Action action) {
        new TransactionTemplate(transactions).executeWithoutResult(status -> action.runUnchecked());
    }

    private static void rolledBack(Action action) {
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            action.runUnchecked();
            status.setRollbackOnly();
        });
    }

    private static int rows(String state) {
        return database.sql("SELECT count(*) FROM salus_blob WHERE state = :state")
                .param("state", state)
                .query(Integer.class)
                .single();
    }

    private static BlobId pendingId() {
        return database.sql("SELECT id FROM salus_blob")
                .query(String.class)
                .optional()
                .flatMap(BlobId::parse)
                .orElseThrow();
    }

    private static String read(InputStream stream) throws IOException {
        try (stream) {
            return new String(stream.readAllBytes(), UTF_8);
        }
    }

    private static InputStream stream(String content) {
        return new ByteArrayInputStream(content.getBytes(UTF_8));
    }

    private interface Action {
        void run() throws Exception;

        default void runUnchecked() {
            try {
                run();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
