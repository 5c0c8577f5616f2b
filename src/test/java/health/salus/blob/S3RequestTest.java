package health.salus.blob;

import health.salus.tenant.TenantId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** What every write asks of the store beside keeping the bytes: which key encrypts them, and what checks them on the way. */
class S3RequestTest {

    private static final String ALGORITHM = "x-amz-server-side-encryption";
    private static final String KEY = "x-amz-server-side-encryption-aws-kms-key-id";
    private static final String BUCKET_KEY = "x-amz-server-side-encryption-bucket-key-enabled";
    private static final TenantId NORTH = new TenantId("north");
    private static final BlobContent CONTENT = BlobContent.of("content".getBytes(StandardCharsets.US_ASCII));

    private final RecordingS3 s3 = new RecordingS3();

    @TempDir
    private Path spool;

    @AfterEach
    void stop() {
        s3.close();
    }

    @Test
    void everyWayInIsEncryptedWithTheKeyOfItsTenant() throws Exception {
        for (TenantId tenant : List.of(NORTH, TenantId.DEFAULT)) {
            String key = tenant.equals(NORTH) ? "alias/north" : "alias/all";
            s3.writes().clear();
            try (S3BlobStore store = store(
                    "encryption",
                    "sse-kms",
                    "kms-key",
                    "alias/all",
                    "kms-keys.north",
                    "alias/north",
                    "large-class",
                    "GLACIER_IR")) {
                store.put(BlobKey.random(tenant), CONTENT);
                store.put(BlobKey.random(tenant), new ByteArrayInputStream(new byte[10]));
                store.put(BlobKey.random(tenant), new ByteArrayInputStream(new byte[65 * 1024 * 1024]));
                store.accept(StagingKey.random(tenant), "1", BlobKey.random(tenant));
                DirectUrls urls = store.directUrls().orElseThrow();
                urls.beginParts(StagingKey.random(tenant), "application/pdf");
                DirectUrl.Signed url = urls.upload(
                        StagingKey.random(tenant),
                        new StagedContent("text/plain", 1, new Sha256("0".repeat(64))),
                        Duration.ofMinutes(1));

                // The parts of an object have what its beginning says.
                assertThat(s3.writes())
                        .filteredOn(it -> !it.get("request").contains("uploadId"))
                        .hasSize(5)
                        .allSatisfy(it -> assertThat(it)
                                .containsEntry(ALGORITHM, "aws:kms")
                                .containsEntry(KEY, key)
                                .containsEntry(BUCKET_KEY, "true"));
                // Two small ones, a long stream, what was uploaded, and the beginning of an upload, which is copied
                // later.
                assertThat(s3.writes())
                        .filteredOn(it -> !it.get("request").contains("uploadId"))
                        .extracting(it -> it.getOrDefault("x-amz-storage-class", ""))
                        .containsExactly("STANDARD", "STANDARD", "GLACIER_IR", "GLACIER_IR", "");
                assertThat(url.headers()).containsEntry(ALGORITHM, "aws:kms").containsEntry(KEY, key);
            }
        }
    }

    @Test
    void nothingIsAskedWhereTheBucketDecides() throws Exception {
        try (S3BlobStore store = store()) {
            store.put(BlobKey.random(NORTH), CONTENT);
        }
        assertThat(s3.writes())
                .singleElement()
                .satisfies(it -> assertThat(it)
                        .doesNotContainKeys(ALGORITHM, KEY, BUCKET_KEY)
                        .containsEntry("if-none-match", "*"));
    }

    @Test
    void checksumsAreSentUnlessTheStoreKnowsNone() throws Exception {
        try (S3BlobStore store = store()) {
            store.put(BlobKey.random(NORTH), CONTENT);
        }
        assertThat(checksums(s3.writes().get(0))).anyMatch(it -> it.contains("crc32"));

        try (S3BlobStore store = store("checksums", "when-required")) {
            store.put(BlobKey.random(NORTH), CONTENT);
            store.put(BlobKey.random(NORTH), new ByteArrayInputStream(new byte[65 * 1024 * 1024]));
        }
        assertThat(s3.writes().subList(1, s3.writes().size()))
                .hasSizeGreaterThan(5)
                .allSatisfy(it -> assertThat(checksums(it)).isEmpty());
    }

    private static List<String> checksums(Map<String, String> headers) {
        return headers.entrySet().stream()
                .filter(it -> it.getKey().startsWith("x-amz-checksum")
                        || it.getKey().startsWith("x-amz-sdk-checksum")
                        || it.getKey().equals("x-amz-trailer"))
                .map(it -> it.getKey() + "=" + it.getValue())
                .toList();
    }

    private S3BlobStore store(String... more) {
        s3.createBucket();
        Map<String, String> settings = new HashMap<>(Map.of(
                "salus.blob.s3.bucket", "records",
                "salus.blob.s3.endpoint", s3.endpoint(),
                "salus.blob.s3.path-style", "true",
                "salus.blob.s3.request-timeout", "30s",
                "salus.blob.s3.access-key", "key",
                "salus.blob.s3.secret-key", "secret"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put("salus.blob.s3." + more[i], more[i + 1]);
        }
        return S3BlobStore.connect(Catalog.settings(settings).bucket().orElseThrow(), spool);
    }
}
