package health.salus.blob;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** What is kept and asked for is counted, each tenant by itself. */
class StorageMeterIT extends BlobCatalogTest {

    private BlobUsage usage;
    private StorageMeter meter;

    @BeforeEach
    void startMeter() {
        usage = catalog.usage();
        blobs = catalog.blobs(store, usage);
        meter = new StorageMeter(catalog.database());
    }

    @Test
    void keptBytesAreThoseOfTheStoreByCategory() throws Exception {
        String text = "13.2 g/dL\n".repeat(1000);
        StoredBlob note = blobs.store(NORTH, "text/plain", BlobContent.of(text.getBytes(UTF_8)));
        blobs.store(NORTH, "image/png", ABC);
        blobs.store(SOUTH, "application/pdf", ABC);

        assertThat(meter.kept(NORTH))
                .containsExactly(
                        new StorageUse("image", "STANDARD", 1, 3, 3, 0, 3),
                        new StorageUse(
                                "text",
                                "STANDARD",
                                1,
                                text.length(),
                                note.object().storedSize(),
                                0,
                                note.object().storedSize()));
        assertThat(meter.kept(SOUTH)).containsExactly(new StorageUse("document", "STANDARD", 1, 3, 3, 0, 3));
    }

    @Test
    void sharedBytesAreKeptOnceAndSaidToBeShared() throws Exception {
        blobs.store(NORTH, "image/png", ABC);
        blobs.store(NORTH, "image/png", ABC);
        blobs.store(NORTH, "image/png", ABC);

        assertThat(meter.kept(NORTH)).containsExactly(new StorageUse("image", "STANDARD", 1, 3, 3, 6, 3));
    }

    @Test
    void requestsAreWrittenTogetherAndNotOneByOne() throws Exception {
        StoredBlob blob = blobs.store(NORTH, "image/png", ABC);
        blobs.open(blob).close();
        blobs.open(blob, new ByteRange(0, 2)).close();
        assertThat(meter.requests(NORTH)).isEmpty();

        usage.flush();
        usage.flush();
        blobs.open(blob).close();
        usage.flush();

        assertThat(meter.requests(NORTH))
                .containsExactly(new RequestUse("READ", "STANDARD", 3, 8), new RequestUse("WRITE", "STANDARD", 1, 3));
        assertThat(meter.requests(SOUTH)).isEmpty();
        assertThat(catalog.database()
                        .sql("SELECT read_count FROM salus_blob WHERE last_read_at > now() - interval '1 minute'")
                        .query(Long.class)
                        .single())
                .isEqualTo(3);
    }

    @Test
    void countsThatCannotBeWrittenAreKeptForTheNextTime() throws Exception {
        StoredBlob blob = blobs.store(NORTH, "image/png", ABC);
        blobs.open(blob).close();
        catalog.database()
                .sql("ALTER TABLE salus_blob_usage RENAME TO elsewhere")
                .update();
        usage.flush();
        catalog.database()
                .sql("ALTER TABLE elsewhere RENAME TO salus_blob_usage")
                .update();

        usage.flush();

        assertThat(meter.requests(NORTH))
                .containsExactly(new RequestUse("READ", "STANDARD", 1, 3), new RequestUse("WRITE", "STANDARD", 1, 3));
        assertThat(catalog.database()
                        .sql("SELECT read_count FROM salus_blob")
                        .query(Long.class)
                        .single())
                .isOne();
    }
}
