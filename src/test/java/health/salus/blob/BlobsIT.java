package health.salus.blob;

import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.IllegalTransactionStateException;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The catalog on a real PostgreSQL, above a real store. */
class BlobsIT extends BlobCatalogTest {

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
    void blobsOfAResourceAreThoseOfItsVersions() throws Exception {
        StoredBlob first = blobs.store(NORTH, "image/png", ABC);
        StoredBlob second = blobs.store(NORTH, "image/png", BlobContent.of("def".getBytes(UTF_8)));
        inTransaction(() -> {
            blobs.refer(NORTH, first.id(), OWNER);
            blobs.refer(NORTH, second.id(), new BlobOwner("DocumentReference", "report", 2));
        });

        assertThat(blobs.heldBy(NORTH, "DocumentReference", "report")).containsExactlyInAnyOrder(first, second);
        assertThat(blobs.heldBy(SOUTH, "DocumentReference", "report")).isEmpty();
        assertThat(blobs.heldBy(NORTH, "DocumentReference", "other")).isEmpty();
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
        Blobs failing = blobs(new FilesystemBlobStore(Path.of("/dev/null")));

        assertThatExceptionOfType(BlobStoreUnavailableException.class)
                .isThrownBy(() -> failing.store(NORTH, "text/plain", ABC));

        assertThat(rows("PENDING")).isOne();
        assertThat(rows("STORED")).isZero();
        assertThat(database.sql("SELECT id FROM salus_blob").query().listOfRows())
                .isEmpty();
    }

    @Test
    void rowIsCommittedBeforeAnyByteReachesTheStore() throws Exception {
        List<Integer> announced = new ArrayList<>();
        BlobStore watched = new RetryingStore(store) {
            @Override
            public void put(ObjectKey key, BlobContent content) throws IOException {
                // Asked by another connection, which sees what is committed and nothing else.
                announced.add(
                        CompletableFuture.supplyAsync(() -> rows("PENDING")).join());
                super.put(key, content);
            }
        };

        rolledBack(() -> blobs(watched).store(NORTH, "image/png", ABC));

        assertThat(announced).containsExactly(1);
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
        Blobs retrying = blobs(new RetryingStore(store));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> retrying.store(
                        NORTH, "image/png", new Content(8, () -> stream(String.format("%08x", random.nextInt())))))
                .withMessageContaining("changed");

        assertThat(rows("STORED")).isZero();
    }

    @Test
    void retryOfTheStoreDoesNotChangeTheDigests() throws Exception {
        Blobs retrying = blobs(new RetryingStore(store));

        StoredBlob stored = retrying.store(NORTH, "image/png", ABC);

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
            public long put(ObjectKey key, InputStream content) throws IOException {
                long size = super.put(key, content);
                database.sql("DELETE FROM salus_blob_object").update();
                return size;
            }
        };

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> blobs(slow).store(NORTH, "text/plain", ABC));
    }

    @Test
    void objectThatWasCutInTheStoreFailsWhileItIsRead() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "image/png", ABC);
        store.delete(stored.object().key());
        store.put(stored.object().key(), BlobContent.of("ab".getBytes(UTF_8)));

        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> read(blobs.open(stored)));
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> blobs.open(stored, ByteRange.inclusive(0, 0)));
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
}
