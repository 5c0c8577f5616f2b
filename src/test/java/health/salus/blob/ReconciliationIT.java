package health.salus.blob;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Catalog and store are compared both ways, and nothing is repaired. */
class ReconciliationIT extends BlobCatalogTest {

    @Test
    void emptyStoreAndCatalogAgree() throws Exception {
        assertThat(reconcile().isClean()).isTrue();
    }

    @Test
    void storeThatHasWhatTheCatalogSaysIsClean() throws Exception {
        for (int i = 0; i < 1001; i++) {
            catalog.database()
                    .sql(
                            "INSERT INTO salus_blob_object (object_key, tenant_id, state) VALUES (:key, 'north', 'PENDING')")
                    .param("key", BlobKey.random(NORTH).value())
                    .update();
        }
        store("abc");
        store.put(StagingKey.random(NORTH), BlobContent.of(new byte[1]));

        ReconciliationReport report = reconcile();

        assertThat(report.isClean()).isTrue();
        assertThat(report.objects()).isOne();
    }

    @Test
    void lostObjectIsReportedAndItsBlobIsMissingUntilItIsBack() throws Exception {
        StoredBlob blob = store("abc");
        Path file = directory.resolve(blob.object().key().value());
        Files.delete(file);

        assertThat(reconcile().missing()).containsExactly(blob.object().key().value());
        assertThat(blobs.find(NORTH, blob.id()).orElseThrow().state()).isEqualTo(BlobState.MISSING);
        assertThat(reconcile().missing()).hasSize(1);
        Files.writeString(file, "abc");
        ReconciliationReport last = reconcile();

        assertThat(last.isClean()).isTrue();
        assertThat(last.found()).containsExactly(blob.object().key().value());
        assertThat(blobs.find(NORTH, blob.id()).orElseThrow().state()).isEqualTo(BlobState.STORED);
    }

    @Test
    void objectOfAnotherSizeIsDamaged() throws Exception {
        StoredBlob blob = store("abc");
        Files.writeString(directory.resolve(blob.object().key().value()), "ab");

        ReconciliationReport report = reconcile();

        assertThat(report.damaged()).containsExactly(blob.object().key().value());
        assertThat(report.isClean()).isFalse();
        assertThat(blobs.find(NORTH, blob.id()).orElseThrow().state()).isEqualTo(BlobState.MISSING);
    }

    @Test
    void objectsThatNobodyKnowsAreReportedAndStay() throws Exception {
        BlobKey stray = BlobKey.random(NORTH);
        store.put(stray, BlobContent.of(new byte[1]));
        Files.writeString(directory.resolve("notes.txt"), "put here by hand");

        assertThat(reconcile().unknown()).containsExactlyInAnyOrder(stray.value(), "notes.txt");

        assertThat(store.inspect(stray)).isPresent();
    }

    @Test
    void objectThatTheSweepDeletesMeanwhileIsNoLoss() throws Exception {
        StoredBlob blob = store("abc");
        BlobStore sweptMeanwhile = new RetryingStore(store) {
            @Override
            public Stream<ListedObject> list() {
                Stream<ListedObject> before = super.list().toList().stream();
                store.delete(blob.object().key());
                catalog.database().sql("DELETE FROM salus_blob").update();
                catalog.database().sql("DELETE FROM salus_blob_object").update();
                return before;
            }
        };

        assertThat(reconcile(sweptMeanwhile).isClean()).isTrue();
    }

    private StoredBlob store(String content) throws Exception {
        return blobs.store(NORTH, "image/png", BlobContent.of(content.getBytes(UTF_8)));
    }

    private ReconciliationReport reconcile() throws Exception {
        return reconcile(store);
    }

    private ReconciliationReport reconcile(BlobStore from) throws Exception {
        return new Reconciliation(catalog.server().getPostgresDatabase(), from).run();
    }
}
