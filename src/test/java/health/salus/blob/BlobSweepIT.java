package health.salus.blob;

import health.salus.blob.Killable.Point;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The sweep deletes what nobody holds and nothing else, whenever a server dies. */
class BlobSweepIT extends BlobCatalogTest {

    private static final Duration WEEK = Duration.ofDays(7);

    @Test
    void blobThatAResourceHoldsStays() throws Exception {
        StoredBlob held = store();
        catalog.refer(held, OWNER);

        sweepNow();

        assertThat(blobs.find(NORTH, held.id())).contains(held);
        assertThat(files()).hasSize(1);
    }

    @Test
    void blobThatNobodyHoldsStaysForTheGracePeriod() throws Exception {
        StoredBlob free = store();

        catalog.sweep(store, WEEK).run();
        assertThat(blobs.find(NORTH, free.id())).contains(free);
        letTimePass(Duration.ofDays(8));
        catalog.sweep(store, WEEK).run();

        assertThat(blobs.find(NORTH, free.id())).isEmpty();
        assertThat(files()).isEmpty();
        assertThat(catalog.count("salus_blob_object")).isZero();
    }

    @Test
    void gracePeriodBeginsWhenTheLastReferenceGoes() throws Exception {
        StoredBlob blob = store();
        catalog.refer(blob, OWNER);
        catalog.refer(blob, new BlobOwner("DocumentReference", "report", 2));
        letTimePass(Duration.ofDays(30));

        forget(1);
        letTimePass(Duration.ofDays(8));
        catalog.sweep(store, WEEK).run();
        assertThat(blobs.find(NORTH, blob.id())).isPresent();
        forget(2);
        catalog.sweep(store, WEEK).run();
        assertThat(blobs.find(NORTH, blob.id())).isPresent();
        letTimePass(Duration.ofDays(8));
        catalog.sweep(store, WEEK).run();

        assertThat(blobs.find(NORTH, blob.id())).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void referenceOnItsWayKeepsTheBlob() throws Exception {
        StoredBlob blob = store();

        new TransactionTemplate(catalog.transactions()).executeWithoutResult(status -> {
            blobs.refer(NORTH, blob.id(), OWNER);
            CompletableFuture.runAsync(this::sweepNow)
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        });
        sweepNow();

        assertThat(blobs.find(NORTH, blob.id())).isPresent();
    }

    @Test
    void bytesThatAnotherBlobSharesStay() throws Exception {
        StoredBlob held = store();
        catalog.refer(held, OWNER);
        StoredBlob free = store();

        sweepNow();

        assertThat(blobs.find(NORTH, free.id())).isEmpty();
        assertThat(blobs.open(held)).hasContent("abc");
    }

    @Test
    void bytesOfAnotherTenantStay() throws Exception {
        StoredBlob held = store();
        catalog.refer(held, OWNER);
        StoredBlob others = blobs.store(SOUTH, "image/png", ABC);

        sweepNow();

        assertThat(blobs.find(SOUTH, others.id())).isEmpty();
        assertThat(blobs.open(held)).hasContent("abc");
    }

    @Test
    void bytesThatComeAgainAfterTheyWereCondemnedAreStoredAnew() throws Exception {
        store();
        catalog.sweep(brokenForDeletes(), Duration.ZERO).run();
        assertThat(catalog.objects("CONDEMNED")).isOne();

        StoredBlob again = store();
        catalog.refer(again, OWNER);
        sweepNow();

        assertThat(blobs.open(again)).hasContent("abc");
        assertThat(files()).hasSize(1);
    }

    @Test
    void storeThatIsDownCostsNothingButTime() throws Exception {
        store();

        catalog.sweep(brokenForDeletes(), Duration.ZERO).run();
        assertThat(files()).hasSize(1);
        sweepNow();

        assertThat(files()).isEmpty();
        assertThat(catalog.count("salus_blob_object")).isZero();
    }

    @Test
    void killBetweenPutAndCommitLeavesAnOrphanThatIsSweptAway() throws Exception {
        killAt(Point.BETWEEN_PUT_AND_COMMIT);

        assertThat(files()).hasSize(1);
        assertThat(catalog.objects("PENDING")).isOne();
        assertThat(catalog.count("salus_blob")).isZero();
        catalog.sweep(store, WEEK).run();
        assertThat(files()).hasSize(1);
        sweepNow();
        assertThat(files()).isEmpty();
        assertThat(catalog.count("salus_blob_object")).isZero();
    }

    @Test
    void killBetweenCommitAndAnswerLosesNothingAndLeavesNothing() throws Exception {
        killAt(Point.BETWEEN_COMMIT_AND_ANSWER);

        assertThat(catalog.objects("STORED")).isOne();
        StoredBlob retried = blobs.store(NORTH, "image/png", BlobContent.of(new byte[] {1, 2, 3}));
        catalog.refer(retried, OWNER);
        sweepNow();

        assertThat(blobs.open(retried)).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(files()).hasSize(1);
        assertThat(catalog.count("salus_blob")).isOne();
    }

    @Test
    void killInTheMidstOfASweepIsMadeGoodByTheNext() throws Exception {
        store();

        killAt(Point.BETWEEN_DELETE_AND_FORGET);

        assertThat(files()).isEmpty();
        assertThat(catalog.objects("CONDEMNED")).isOne();
        sweepNow();
        assertThat(catalog.count("salus_blob_object")).isZero();
    }

    @Test
    void oldDraftsAndUploadsGoAndYoungOnesStay() throws Exception {
        StagingKey old = upload();
        StagingKey young = upload();
        Path oldDraft = Files.createDirectories(directory.resolve(".drafts")).resolve("old.part");
        Path youngDraft = oldDraft.resolveSibling("young.part");
        Files.createFile(oldDraft);
        Files.createFile(youngDraft);
        for (Path file : List.of(oldDraft, directory.resolve(old.value()))) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
        }

        catalog.sweep(store, WEEK).run();

        assertThat(files()).containsExactlyInAnyOrder(youngDraft, directory.resolve(young.value()));
    }

    @Test
    void onlyOneServerSweepsAtATime() throws Exception {
        store();

        new SweepRows(catalog.database(), catalog.transactions())
                .alone(() -> CompletableFuture.runAsync(this::sweepNow).join());
        assertThat(files()).hasSize(1);

        sweepNow();
        assertThat(files()).isEmpty();
    }

    private StoredBlob store() throws IOException {
        return blobs.store(NORTH, "image/png", ABC);
    }

    private StagingKey upload() throws IOException {
        StagingKey key = StagingKey.random(NORTH);
        store.put(key, new ByteArrayInputStream(new byte[] {1}));
        return key;
    }

    private void sweepNow() {
        catalog.sweep(store, Duration.ZERO).run();
    }

    private void killAt(Point point) throws Exception {
        Killable.killAt(point, catalog.server().getJdbcUrl("postgres", "postgres"), directory);
    }

    private BlobStore brokenForDeletes() {
        return new RetryingStore(store) {
            @Override
            public void delete(ObjectKey key) {
                throw new BlobStoreUnavailableException("down", new IOException());
            }
        };
    }

    private static void forget(long version) {
        catalog.database()
                .sql("DELETE FROM salus_blob_ref WHERE version = :version")
                .param("version", version)
                .update();
    }

    private static void letTimePass(Duration time) {
        catalog.database()
                .sql("UPDATE salus_blob SET unreferenced_since = unreferenced_since - make_interval(secs => :seconds)")
                .param("seconds", time.toSeconds())
                .update();
    }
}
