package health.salus.blob;

import health.salus.tenant.TenantId;
import health.salus.testing.S3Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/** Objects in a bucket of another S3 server, which keeps the checksums that it is sent but checks no signatures. */
class S3MockBlobStoreIT extends BlobStoreContract {

    private static S3Server server;
    private static String bucket;

    @TempDir
    private Path spool;

    private final List<S3BlobStore> opened = new ArrayList<>();

    @BeforeAll
    static void createBucket() {
        server = S3Server.sharedWithBucketSettings();
        bucket = server.createBucket();
    }

    @AfterEach
    void closeStores() {
        opened.forEach(S3BlobStore::close);
    }

    @Override
    BlobStore store() {
        S3BlobStore store = S3BlobStore.connect(
                new S3Settings(
                        bucket,
                        null,
                        server.endpoint(),
                        null,
                        true,
                        S3Settings.Checksums.WHEN_SUPPORTED,
                        S3Settings.Encryption.BUCKET,
                        null,
                        Map.of(),
                        "INTELLIGENT_TIERING",
                        List.of(),
                        "Standard",
                        7,
                        server.accessKey(),
                        server.secretKey(),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(20)),
                spool);
        opened.add(store);
        return store;
    }

    @Override
    @Test
    @Disabled("S3Mock looks for an object and writes one in two steps, so two at once may both find none; S3 does not")
    void onlyOneOfManyPutsOfOneKeySucceeds() {}

    @Test
    void checksumOfTheBytesIsKeptBesideThem() throws Exception {
        byte[] bytes = "0123456789".getBytes(US_ASCII);
        BlobKey key = newKey();
        store().put(key, BlobContent.of(bytes));

        assertThat(head(key).checksumCRC32()).isEqualTo(crc32(bytes));
    }

    @Test
    void everyPartOfALongObjectHasItsChecksum() throws Exception {
        byte[] bytes = new byte[65 * 1024 * 1024];
        new Random(1).nextBytes(bytes);
        BlobKey key = newKey();
        store().put(key, new ByteArrayInputStream(bytes));

        // The checksum of the checksums of five parts; the store has compared each with the part.
        assertThat(head(key).checksumCRC32()).endsWith("-5");
        assertThat(head(key).storageClassAsString()).isEqualTo("INTELLIGENT_TIERING");
        store().delete(key);
    }

    @Test
    void uploadOfAClientHasTheSha256ThatWasAnnounced() throws Exception {
        StagingKey key = StagingKey.random(TenantId.DEFAULT);
        byte[] bytes = "content".getBytes(US_ASCII);
        Digesting digesting = new Digesting();
        digesting.add(bytes, 0, bytes.length);
        Sha256 sha256 = digesting.finish().sha256();
        DirectUrl.Signed url = store().directUrls()
                .orElseThrow()
                .upload(key, new StagedContent("text/plain", bytes.length, sha256), Duration.ofMinutes(1));

        assertThat(send(url, "CONTENT")).isEqualTo(400);
        assertThat(store().inspect(key)).isEmpty();
        assertThat(send(url, "content")).isEqualTo(200);

        assertThat(head(key).checksumSHA256())
                .isEqualTo(Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256.hex())));
    }

    private static int send(DirectUrl.Signed url, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.url()).PUT(BodyPublishers.ofString(body));
        url.headers().entrySet().stream()
                .filter(it -> !it.getKey().equalsIgnoreCase("content-length"))
                .forEach(it -> request.header(it.getKey(), it.getValue()));
        return HttpClient.newHttpClient()
                .send(request.build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static HeadObjectResponse head(ObjectKey key) {
        try (S3Client client = server.client()) {
            return client.headObject(it -> it.bucket(bucket).key(key.value()).checksumMode(ChecksumMode.ENABLED));
        }
    }

    private static String crc32(byte[] bytes) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) checksum.getValue())
                        .array());
    }
}
