package health.salus.blob;

import health.salus.scan.ContentScanner;
import health.salus.scan.Scanners;
import health.salus.testing.Clamd;
import health.salus.testing.Clamd.Manner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Which blobs are served when a scanner looks into them: clean ones, and nothing else. */
class ScannedBlobsIT extends BlobCatalogTest {

    private static final BlobContent VIRUS =
            BlobContent.of(("A letter. " + Clamd.EICAR).getBytes(StandardCharsets.US_ASCII));

    private final Clamd clamd = new Clamd();
    private final ContentScanner scanner = Scanners.clamd(clamd.port(), Map.of("salus.scan.timeout", "500ms"));

    @AfterEach
    void stop() {
        clamd.close();
    }

    @Test
    void cleanContentIsReadAtOnce() throws Exception {
        for (String type : new String[] {"image/png", "text/plain"}) {
            StoredBlob stored = scanned().store(NORTH, type, ABC);

            assertThat(stored.state()).isEqualTo(BlobState.STORED);
            assertThat(read(blobs.open(stored))).isEqualTo("abc");
        }
        assertThat(clamd.scanned()).allMatch(it -> new String(it, StandardCharsets.US_ASCII).equals("abc"));
    }

    @Test
    void infectedContentIsRefusedAndLeavesNothing() {
        for (String type : new String[] {"image/png", "text/plain"}) {
            assertThatExceptionOfType(ContentRefusedException.class)
                    .isThrownBy(() -> scanned().store(NORTH, type, VIRUS))
                    .withMessageContaining("EICAR");
        }

        assertThat(catalog.count("salus_blob")).isZero();
        assertThat(catalog.count("salus_blob_object")).isZero();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void contentThatNobodyCouldScanIsKeptAndNotRead() throws Exception {
        clamd.behave(Manner.HANG_UP);
        StoredBlob stored = scanned().store(NORTH, "image/png", ABC);

        assertThat(stored.state()).isEqualTo(BlobState.UNSCANNED);
        assertThatExceptionOfType(BlobUnreadableException.class).isThrownBy(() -> blobs.open(stored));
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> blobs.open(stored, ByteRange.inclusive(0, 0)));
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> blobs.downloadUrl(stored, Duration.ofMinutes(1)));
    }

    @Test
    void lateScanReleasesWhatIsClean() throws Exception {
        clamd.behave(Manner.HANG_UP);
        StoredBlob stored = scanned().store(NORTH, "text/plain", ABC);
        catalog.pendingScans(store, scanner).run();
        assertThat(state(stored)).isEqualTo(BlobState.UNSCANNED);

        clamd.behave(Manner.SCAN);
        catalog.pendingScans(store, scanner).run();

        assertThat(state(stored)).isEqualTo(BlobState.STORED);
        assertThat(read(blobs.open(blobs.find(NORTH, stored.id()).orElseThrow())))
                .isEqualTo("abc");
    }

    @Test
    void lateScanKeepsWhatIsInfectedFromEverybody() throws Exception {
        clamd.behave(Manner.HANG_UP);
        StoredBlob stored = scanned().store(NORTH, "text/plain", VIRUS);

        clamd.behave(Manner.SCAN);
        catalog.pendingScans(store, scanner).run();

        StoredBlob infected = blobs.find(NORTH, stored.id()).orElseThrow();
        assertThat(infected.state()).isEqualTo(BlobState.INFECTED);
        assertThatExceptionOfType(BlobUnreadableException.class).isThrownBy(() -> blobs.open(infected));
        assertThat(store.inspect(stored.object().key())).isPresent();
    }

    @Test
    void unscannedBytesAreNotSharedWithWhoSendsThemAgain() throws Exception {
        clamd.behave(Manner.HANG_UP);
        StoredBlob first = scanned().store(NORTH, "image/png", ABC);
        clamd.behave(Manner.SCAN);

        StoredBlob second = scanned().store(NORTH, "image/png", ABC);

        assertThat(second.object().key()).isNotEqualTo(first.object().key());
        assertThat(second.state()).isEqualTo(BlobState.STORED);
    }

    @Test
    void findingConcernsTheSameBytesFromBeforeTheScanner() throws Exception {
        StoredBlob before = blobs.store(NORTH, "image/png", VIRUS);

        assertThatExceptionOfType(ContentRefusedException.class)
                .isThrownBy(() -> scanned().store(NORTH, "image/png", VIRUS));

        assertThat(state(before)).isEqualTo(BlobState.INFECTED);
    }

    @Test
    void uploadIsScannedBeforeItIsAdopted() throws Exception {
        Staging staging = catalog.staging(store, scanner);
        StagingKey key = StagingKey.random(NORTH);
        byte[] virus = VIRUS.open().readAllBytes();
        staging.receive(key, VIRUS.open(), virus.length);
        Sha256 sha256 = blobs.store(SOUTH, "image/png", VIRUS).sha256();

        assertThatExceptionOfType(ContentRefusedException.class)
                .isThrownBy(() -> staging.adopt(key, new StagedContent("text/plain", virus.length, sha256)));

        assertThat(store.list()).hasSize(1);
    }

    private Blobs scanned() {
        return catalog.blobs(store, scanner);
    }

    private BlobState state(StoredBlob blob) throws IOException {
        return blobs.find(blob.tenant(), blob.id()).orElseThrow().state();
    }
}
