package health.salus.blob;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Objects in the archive of a store: how that is noticed, how they come back, and how they go again. */
class BlobArchiveIT extends BlobCatalogTest {

    private static final Duration LONG = Duration.ofDays(1);

    private ArchiveSimulator simulator;
    private BlobArchive archive;
    private StoredBlob stored;

    @BeforeEach
    void storeABlob() throws Exception {
        simulator = new ArchiveSimulator(store);
        blobs = blobs(simulator);
        archive = catalog.archive(simulator);
        stored = blobs.store(NORTH, "text/plain", ABC);
        simulator.archive(stored.object().key());
    }

    @Test
    void archiveIsNoticedByWhoeverReads() {
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> blobs.open(stored))
                .matches(it -> it.state() == BlobState.ARCHIVED);

        assertThat(state()).isEqualTo(BlobState.ARCHIVED);
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> blobs.open(stored, ByteRange.inclusive(0, 1)));
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> blobs.downloadUrl(found(), Duration.ofMinutes(1)));
    }

    @Test
    void restoredBytesCanBeReadAndSharedAgain() throws Exception {
        simulator.restoreIn(Duration.ofMillis(200), LONG);

        assertThat(archive.restore(stored)).isEqualTo(BlobState.RESTORING);
        assertThat(state()).isEqualTo(BlobState.RESTORING);
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> blobs.open(found()))
                .matches(it -> it.state() == BlobState.RESTORING);
        Thread.sleep(300);
        archive.look();

        assertThat(state()).isEqualTo(BlobState.STORED);
        assertThat(read(blobs.open(found()))).isEqualTo("abc");
    }

    @Test
    void askingAgainAsksTheStoreOnce() {
        simulator.restoreIn(LONG, LONG);

        for (int i = 0; i < 3; i++) {
            assertThat(archive.restore(found())).isEqualTo(BlobState.RESTORING);
        }
        archive.look();

        assertThat(simulator.requests()).isOne();
    }

    @Test
    void restoreThatNobodyAskedTheStoreForIsAskedForLater() {
        // As it is after a kill between the row and the store.
        catalog.archiveRows().noteWanted(stored.object().key());
        simulator.restoreIn(Duration.ZERO, LONG);

        archive.look();
        archive.look();

        assertThat(simulator.requests()).isOne();
        assertThat(state()).isEqualTo(BlobState.STORED);
    }

    @Test
    void copyWhoseTimeIsOverIsArchivedAgain() throws Exception {
        simulator.restoreIn(Duration.ZERO, Duration.ofMillis(200));
        archive.restore(stored);
        archive.look();
        assertThat(read(blobs.open(found()))).isEqualTo("abc");

        Thread.sleep(300);
        archive.look();

        assertThat(state()).isEqualTo(BlobState.ARCHIVED);
    }

    @Test
    void blobThatCanBeReadIsLeftAlone() throws Exception {
        StoredBlob other = blobs.store(NORTH, "image/png", BlobContent.of(new byte[] {1}));

        assertThat(archive.restore(other)).isEqualTo(BlobState.STORED);
        assertThat(simulator.requests()).isZero();
    }

    @Test
    void blobThatMustNotBeReadIsNotRestored() {
        for (String state : new String[] {"QUARANTINED", "INFECTED", "UNSCANNED"}) {
            database.sql("UPDATE salus_blob_object SET state = :state")
                    .param("state", state)
                    .update();
            assertThatExceptionOfType(BlobUnreadableException.class).isThrownBy(() -> archive.restore(found()));
            archive.look();
            assertThat(state()).isEqualTo(BlobState.valueOf(state));
        }
    }

    @Test
    void objectThatTheStoreHasLostMeanwhileIsMissing() {
        archive.restore(stored);
        store.delete(stored.object().key());

        archive.look();

        assertThat(state()).isEqualTo(BlobState.MISSING);
        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> archive.restore(found()));
    }

    @Test
    void archivedBytesAreNotSharedWithWhoSendsThemAgain() throws Exception {
        assertThatExceptionOfType(BlobUnreadableException.class).isThrownBy(() -> blobs.open(stored));

        StoredBlob again = blobs.store(NORTH, "text/plain", ABC);

        assertThat(read(blobs.open(again))).isEqualTo("abc");
    }

    private StoredBlob found() {
        return blobs.find(NORTH, stored.id()).orElseThrow();
    }

    private BlobState state() {
        return found().state();
    }
}
