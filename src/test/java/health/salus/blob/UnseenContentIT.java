package health.salus.blob;

import health.salus.scan.ContentScanner;
import health.salus.scan.Scanners;
import health.salus.testing.Clamd;
import health.salus.testing.Clamd.Manner;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What becomes of content that was stored before there was a scanner. */
class UnseenContentIT extends BlobCatalogTest {

    private static final BlobContent VIRUS =
            BlobContent.of(("A letter. " + Clamd.EICAR).getBytes(StandardCharsets.US_ASCII));

    private final Clamd clamd = new Clamd();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final ContentScanner serving = scanner(Map.of());
    private final ContentScanner holding = scanner(Map.of("salus.scan.unseen", "hold"));

    @AfterEach
    void stop() {
        clamd.close();
    }

    @Test
    void itIsScannedOnceTheNewestFirst() throws Exception {
        blobs.store(NORTH, "text/plain", stream("old"));
        blobs.store(SOUTH, "image/png", stream("middle"));
        blobs.store(NORTH, "text/plain", stream("new"));

        unseen(serving).run();
        unseen(serving).run();

        assertThat(scanned()).containsExactly("new", "middle", "old");
    }

    @Test
    void itIsServedMeanwhileAndInfectedContentNoLonger() throws Exception {
        StoredBlob clean = blobs.store(NORTH, "text/plain", ABC);
        StoredBlob virus = blobs.store(NORTH, "text/plain", VIRUS);
        assertThat(read(reader(serving).open(found(serving, virus)))).contains("A letter.");

        unseen(serving).run();

        assertThat(found(serving, virus).state()).isEqualTo(BlobState.INFECTED);
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> reader(serving).open(found(serving, virus)));
        assertThat(read(reader(serving).open(found(serving, clean)))).isEqualTo("abc");
    }

    @Test
    void itIsHeldUntilItIsScannedIfTheOperatorSaysSo() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "image/png", ABC);
        StoredBlob held = found(holding, stored);
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> reader(holding).open(held))
                .matches(it -> it.state() == BlobState.UNSCANNED);
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> reader(holding).open(held, ByteRange.inclusive(0, 0)));
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> reader(holding).downloadUrl(held, Duration.ofMinutes(1)));

        unseen(holding).run();

        assertThat(read(reader(holding).open(found(holding, stored)))).isEqualTo("abc");
    }

    @Test
    void sameBytesThatComeAgainCleanSpeakForThoseFromBefore() throws Exception {
        StoredBlob before = blobs.store(NORTH, "image/png", ABC);

        StoredBlob again = reader(holding).store(NORTH, "image/png", ABC);

        assertThat(again.object().key()).isEqualTo(before.object().key());
        assertThat(read(reader(holding).open(again))).isEqualTo("abc");
        assertThat(read(reader(holding).open(found(holding, before)))).isEqualTo("abc");
    }

    @Test
    void encryptedObjectIsDecryptedForTheScan() throws Exception {
        TenantKeys keys = catalog.keys(
                Map.of("salus.blob.encryption.tenants", "north"),
                directory.resolveSibling(directory.getFileName() + "-data"));
        StoredBlob virus = catalog.blobs(store, keys).store(NORTH, "text/plain", VIRUS);
        assertThat(virus.object().keyId()).isPresent();

        catalog.unseenContent(store, serving, keys, meters).run();

        assertThat(found(serving, virus).state()).isEqualTo(BlobState.INFECTED);
    }

    @Test
    void archivedObjectIsLeftUntilSomebodyHasItRestored() throws Exception {
        ArchiveSimulator cold = new ArchiveSimulator(store);
        StoredBlob stored = blobs.store(NORTH, "image/png", ABC);
        cold.archive(stored.object().key());
        UnseenContent unseen = catalog.unseenContent(cold, serving, catalog.noKeys(), meters);

        unseen.run();
        assertThat(found(serving, stored).state()).isEqualTo(BlobState.ARCHIVED);
        assertThat(cold.requests()).isZero();
        assertThat(scanned()).isEmpty();

        cold.restoreIn(Duration.ZERO, Duration.ofDays(1));
        catalog.archive(cold).restore(found(serving, stored));
        catalog.archive(cold).look();
        releaseClaims();
        unseen.run();

        assertThat(scanned()).containsExactly("abc");
    }

    @Test
    void archivedCopyOfInfectedBytesIsNotGivenEither() throws Exception {
        StoredBlob archived = blobs.store(NORTH, "image/png", VIRUS);
        catalog.rows().archive(archived.object().key());
        StoredBlob virus = blobs.store(NORTH, "image/png", VIRUS);
        assertThat(virus.object().key()).isNotEqualTo(archived.object().key());

        unseen(serving).run();

        assertThat(found(serving, archived).state()).isEqualTo(BlobState.INFECTED);
    }

    @Test
    void severalServersShareTheWork() throws Exception {
        List<String> contents =
                IntStream.range(0, 40).mapToObj(it -> "letter " + it).toList();
        for (String content : contents) {
            blobs.store(NORTH, "image/png", stream(content));
        }

        CompletableFuture.allOf(
                        CompletableFuture.runAsync(unseen(serving)::run),
                        CompletableFuture.runAsync(unseen(serving)::run),
                        CompletableFuture.runAsync(unseen(serving)::run))
                .join();

        assertThat(scanned()).containsExactlyInAnyOrderElementsOf(contents);
    }

    @Test
    void scannerThatIsDownIsNotAskedForAllOfIt() throws Exception {
        for (int i = 0; i < 10; i++) {
            blobs.store(NORTH, "image/png", stream("letter " + i));
        }
        clamd.behave(Manner.SAY_NOTHING);
        UnseenContent unseen = unseen(serving);

        unseen.run();

        assertThat(scanned()).hasSize(LateScan.PATIENCE);
        assertThat(meters.get("salus.blob.unseen").gauge().value()).isEqualTo(10);
        assertThat(rows("STORED")).isEqualTo(10);

        clamd.behave(Manner.SCAN);
        releaseClaims();
        unseen.run();
        assertThat(meters.get("salus.blob.unseen").gauge().value()).isZero();
        assertThat(meters.get("salus.blob.unseen.scanned").counter().count()).isEqualTo(10);
    }

    @Test
    void objectThatTheStoreHasLostDoesNotHoldUpTheOthers() throws Exception {
        blobs.store(NORTH, "image/png", ABC);
        for (int i = 0; i < LateScan.PATIENCE; i++) {
            StoredBlob lost = blobs.store(NORTH, "image/png", stream("lost " + i));
            Files.delete(directory.resolve(lost.object().key().value()));
        }

        unseen(serving).run();

        assertThat(scanned()).containsExactly("abc");
    }

    @Test
    void contentThatIsTooLargeIsHeldOnlyWhereSuchContentIsRefused() throws Exception {
        StoredBlob large = blobs.store(NORTH, "image/png", BlobContent.of(new byte[2000]));
        ContentScanner refusing = scanner(Map.of("salus.scan.max-size", "1KB", "salus.scan.unseen", "hold"));
        ContentScanner accepting = scanner(
                Map.of("salus.scan.max-size", "1KB", "salus.scan.unseen", "hold", "salus.scan.larger", "accept"));

        unseen(refusing).run();
        unseen(accepting).run();

        assertThat(scanned()).isEmpty();
        assertThat(found(refusing, large).state()).isEqualTo(BlobState.UNSCANNED);
        assertThat(found(accepting, large).state()).isEqualTo(BlobState.STORED);
    }

    private ContentScanner scanner(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("salus.scan.timeout", "500ms");
        return Scanners.clamd(clamd.port(), all);
    }

    private UnseenContent unseen(ContentScanner scanner) {
        return catalog.unseenContent(store, scanner, catalog.noKeys(), meters);
    }

    /** The blobs as a server with this scanner has them. */
    private Blobs reader(ContentScanner scanner) {
        return catalog.blobs(store, scanner);
    }

    private StoredBlob found(ContentScanner scanner, StoredBlob blob) {
        return reader(scanner).find(blob.tenant(), blob.id()).orElseThrow();
    }

    private static void releaseClaims() {
        database.sql("UPDATE salus_blob_object SET scan_after = now() - interval '1 second'")
                .update();
    }

    private List<String> scanned() {
        return clamd.scanned().stream()
                .map(it -> new String(it, StandardCharsets.US_ASCII))
                .toList();
    }
}
