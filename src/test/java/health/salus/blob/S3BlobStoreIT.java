package health.salus.blob;

import health.salus.blob.S3Settings.Checksums;
import health.salus.testing.LosingProxy;
import health.salus.testing.S3Server;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Objects in a bucket of a real S3 server that checks signatures. */
class S3BlobStoreIT extends BlobStoreContract {

    private static final BlobContent CONTENT = BlobContent.of("content".getBytes(UTF_8));
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(8);

    private static S3Server server;
    private static String bucket;

    private final List<S3BlobStore> opened = new ArrayList<>();

    @BeforeAll
    static void startServer() {
        server = S3Server.start();
        bucket = server.createBucket();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void closeStores() {
        opened.forEach(S3BlobStore::close);
    }

    @Override
    BlobStore store() {
        return store(server.endpoint(), bucket, server.secretKey());
    }

    @Test
    void objectLiesUnderItsKeyAndHidesItsType() throws Exception {
        BlobKey key = newKey();

        store().put(key, CONTENT);

        try (var client = server.client()) {
            var object = client.headObject(request -> request.bucket(bucket).key(key.value()));
            assertThat(object.contentLength()).isEqualTo(CONTENT.size());
            assertThat(object.contentType()).isEqualTo("application/octet-stream");
        }
    }

    @Test
    void storeThatKnowsNoChecksumsTakesAndGivesObjects() throws Exception {
        BlobKey key = newKey();
        BlobStore store =
                store(server.endpoint(), bucket, server.secretKey(), Checksums.WHEN_REQUIRED, REQUEST_TIMEOUT);

        store.put(key, CONTENT);

        assertThat(read(store.open(key))).asString(UTF_8).isEqualTo("content");
    }

    @Test
    void readerMayTakeLongerThanTheTimeoutOfARequest() throws Exception {
        BlobKey key = newKey();
        byte[] bytes = new byte[10_000_000];
        BlobStore store =
                store(server.endpoint(), bucket, server.secretKey(), Checksums.WHEN_SUPPORTED, Duration.ofSeconds(1));
        store.put(key, BlobContent.of(bytes));

        try (InputStream stream = store.open(key)) {
            stream.read();
            Thread.sleep(1500);
            assertThat(stream.readAllBytes()).hasSize(bytes.length - 1);
        }
    }

    @Test
    void answerThatIsLostDoesNotMakeOurOwnObjectForeign() throws Exception {
        BlobKey key = newKey();
        try (LosingProxy proxy = new LosingProxy(server.endpoint().getPort())) {
            BlobStore store = store(proxy.endpoint(), bucket, server.secretKey());

            store.put(key, CONTENT);

            assertThat(proxy.lost()).isTrue();
        }
        assertThat(read(store().open(key))).asString(UTF_8).isEqualTo("content");
    }

    @Test
    void wrongCredentialsAreUnavailable() {
        assertUnavailable(store(server.endpoint(), bucket, "not-the-secret"), SECONDS);
    }

    @Test
    void missingBucketIsUnavailableAndNotAMissingObject() {
        assertUnavailable(store(server.endpoint(), "no-such-bucket", server.secretKey()), SECONDS);
    }

    @Test
    void stoppedServerIsUnavailable() throws Exception {
        BlobStore store;
        BlobKey key = newKey();
        try (S3Server other = S3Server.start()) {
            store = store(other.endpoint(), other.createBucket(), other.secretKey());
            store.put(key, CONTENT);
        }

        assertUnavailable(store, SECONDS);
    }

    @Test
    void serverThatStopsWhileAnObjectIsReadDoesNotMakeItShorter() throws Exception {
        try (S3Server other = S3Server.start()) {
            BlobStore store = store(other.endpoint(), other.createBucket(), other.secretKey());
            BlobKey key = newKey();
            store.put(key, BlobContent.of(new byte[30_000_000]));

            try (InputStream stream = store.open(key)) {
                stream.read();
                other.close();
                assertThatExceptionOfType(IOException.class).isThrownBy(stream::readAllBytes);
            }
        }
    }

    @Test
    void serverThatNeverAnswersIsUnavailableWhenTheTimeoutEnds() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());

            BlobStore store =
                    store(endpoint, bucket, server.secretKey(), Checksums.WHEN_SUPPORTED, Duration.ofSeconds(1));

            assertUnavailable(store, Duration.ofMillis(2500));
        }
    }

    private static void assertUnavailable(BlobStore store, Duration limit) {
        assertUnavailable(limit, () -> store.put(newKey(), CONTENT));
        assertUnavailable(limit, () -> store.open(newKey()));
        assertUnavailable(limit, () -> store.open(newKey(), new ByteRange(0, 1)));
        assertUnavailable(limit, () -> store.delete(newKey()));
    }

    private static void assertUnavailable(Duration limit, ThrowingCallable operation) {
        long start = System.nanoTime();

        assertThatExceptionOfType(BlobStoreUnavailableException.class).isThrownBy(operation);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
    }

    private BlobStore store(URI endpoint, String bucketName, String secretKey) {
        return store(endpoint, bucketName, secretKey, Checksums.WHEN_SUPPORTED, REQUEST_TIMEOUT);
    }

    private BlobStore store(
            URI endpoint, String bucketName, String secretKey, Checksums checksums, Duration requestTimeout) {
        S3BlobStore store = S3BlobStore.connect(new S3Settings(
                bucketName,
                null,
                endpoint,
                true,
                checksums,
                server.accessKey(),
                secretKey,
                Duration.ofSeconds(2),
                requestTimeout));
        opened.add(store);
        return store;
    }
}
