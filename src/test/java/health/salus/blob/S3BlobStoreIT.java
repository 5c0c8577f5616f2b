package health.salus.blob;

import health.salus.blob.S3Settings.Checksums;
import health.salus.tenant.TenantId;
import health.salus.testing.LosingProxy;
import health.salus.testing.S3Server;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

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

    @TempDir
    private Path spool;

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
    void streamGoesUpInPartsWhenItIsLong() throws Exception {
        BlobKey key = newKey();
        byte[] bytes = new byte[67 * 1024 * 1024];
        new Random(67).nextBytes(bytes);

        store().put(key, new ByteArrayInputStream(bytes));

        assertThat(read(store().open(key))).isEqualTo(bytes);
        int part = 16 * 1024 * 1024;
        for (int border : new int[] {part, 2 * part, 4 * part}) {
            assertThat(read(store().open(key, new ByteRange(border - 1, 2))))
                    .containsExactly(bytes[border - 1], bytes[border]);
            assertThat(read(store().open(key, new ByteRange(border, 1)))).containsExactly(bytes[border]);
        }
        assertThat(spool).isEmptyDirectory();
        store().delete(key);
    }

    @Test
    void objectInABucketWithVersionsIsGoneWhenItIsDeleted() throws Exception {
        String versioned = server.createBucket();
        BlobStore store = store(server.endpoint(), versioned, server.secretKey());
        BlobKey key = newKey();
        try (var client = server.client()) {
            client.putBucketVersioning(it ->
                    it.bucket(versioned).versioningConfiguration(all -> all.status(BucketVersioningStatus.ENABLED)));
        }
        store.put(key, CONTENT);
        assertThat(read(store.open(key))).asString(UTF_8).isEqualTo("content");

        store.delete(key);

        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> store.open(key));
        assertThat(store.inspect(key)).isEmpty();
        try (Stream<ListedObject> objects = store.list()) {
            assertThat(objects).isEmpty();
        }
    }

    @Test
    void longContentGoesUpInPartsAndNeverReplacesAnObject() throws Exception {
        BlobKey key = newKey();
        byte[] bytes = new byte[64 * 1024 * 1024 + 1];

        store().put(key, BlobContent.of(bytes));

        assertThat(store().inspect(key).orElseThrow().size()).isEqualTo(bytes.length);
        assertThatExceptionOfType(BlobExistsException.class).isThrownBy(() -> store().put(key, BlobContent.of(bytes)));
        store().delete(key);
    }

    @Test
    void longStreamThatBreaksLeavesNoPartsBehind() {
        BlobKey key = newKey();
        InputStream breaking =
                new SequenceInputStream(new ByteArrayInputStream(new byte[80 * 1024 * 1024]), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("client is gone");
                    }
                });

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store().put(key, breaking))
                .withMessage("client is gone");

        try (var client = server.client()) {
            assertThat(client.listMultipartUploads(request -> request.bucket(bucket))
                            .uploads())
                    .noneMatch(it -> it.key().equals(key.value()));
        }
        assertThat(spool).isEmptyDirectory();
    }

    @Test
    void signedUrlGivesTheObjectForDownloadUntilItExpires() throws Exception {
        BlobKey key = newKey();
        store().put(key, CONTENT);

        DirectUrl.Signed url = urls().download(key, "text/html", Duration.ofSeconds(2));
        HttpResponse<String> answer = send(url, BodyPublishers.noBody());

        assertThat(answer.body()).isEqualTo("content");
        assertThat(answer.headers().firstValue("Content-Disposition")).contains("attachment");
        assertThat(url.expires())
                .isBetween(Instant.now().minusSeconds(1), Instant.now().plusSeconds(3));
        Thread.sleep(3000);
        assertThat(send(url, BodyPublishers.noBody()).statusCode()).isEqualTo(403);
    }

    @Test
    void signedUrlOpensNoOtherObject() throws Exception {
        BlobKey key = newKey();
        BlobKey other = newKey();
        store().put(key, CONTENT);
        store().put(other, CONTENT);

        DirectUrl.Signed url = urls().download(key, "text/plain", Duration.ofMinutes(1));
        URI swapped = URI.create(url.url().toString().replace(key.value(), other.value()));

        assertThat(send(new DirectUrl.Signed("GET", swapped, Map.of(), url.expires()), BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void signedUploadTakesWhatWasAnnouncedOnceAndNothingElse() throws Exception {
        StagingKey key = StagingKey.random(TenantId.DEFAULT);
        DirectUrl.Signed url = urls().upload(key, announced("content"), Duration.ofMinutes(1));

        assertThat(send(url, BodyPublishers.ofString("CONTENT")).statusCode()).isEqualTo(400);
        assertThat(send(url, BodyPublishers.ofString("longer content")).statusCode())
                .isEqualTo(403);
        assertThat(send(url, BodyPublishers.ofString("content")).statusCode()).isEqualTo(200);
        assertThat(send(url, BodyPublishers.ofString("content")).statusCode()).isEqualTo(412);

        assertThat(read(store().open(key))).asString(UTF_8).isEqualTo("content");
    }

    @Test
    void partsThatClientsUploadBecomeOneObject() throws Exception {
        StagingKey key = StagingKey.random(TenantId.DEFAULT);
        byte[] first = new byte[5 * 1024 * 1024];
        String id = urls().beginParts(key, "application/pdf");

        List<UploadedPart> parts = new ArrayList<>();
        parts.add(new UploadedPart(2, sendPart(key, id, 2, "end".getBytes(UTF_8))));
        parts.add(new UploadedPart(1, sendPart(key, id, 1, first)));
        urls().completeParts(key, id, parts);
        urls().completeParts(key, id, parts);

        assertThat(store().inspect(key).orElseThrow().size()).isEqualTo(first.length + 3);
    }

    @Test
    void partThatWasNeverUploadedIsTheClientsMistake() throws Exception {
        StagingKey key = StagingKey.random(TenantId.DEFAULT);
        String id = urls().beginParts(key, "application/pdf");

        assertThatExceptionOfType(BlobMismatchException.class)
                .isThrownBy(() -> urls().completeParts(
                                key, id, List.of(new UploadedPart(1, "\"d41d8cd98f00b204e9800998ecf8427e\""))));
        urls().abortParts(key, id);
        urls().abortParts(key, id);
        assertThatExceptionOfType(BlobMismatchException.class)
                .isThrownBy(() -> urls().completeParts(key, id, List.of(new UploadedPart(1, "x"))));
    }

    private DirectUrls urls() {
        return store().directUrls().orElseThrow();
    }

    private String sendPart(StagingKey key, String id, int number, byte[] bytes) throws Exception {
        DirectUrl.Signed url = urls().uploadPart(key, id, number, bytes.length, Duration.ofMinutes(1));
        return send(url, BodyPublishers.ofByteArray(bytes))
                .headers()
                .firstValue("ETag")
                .orElseThrow();
    }

    private static StagedContent announced(String content) {
        byte[] bytes = content.getBytes(UTF_8);
        Digesting digesting = new Digesting();
        digesting.add(bytes, 0, bytes.length);
        return new StagedContent("text/plain", bytes.length, digesting.finish().sha256());
    }

    private static HttpResponse<String> send(DirectUrl.Signed url, BodyPublisher body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.url()).method(url.method(), body);
        // The client sets the length itself, by the body.
        url.headers().entrySet().stream()
                .filter(it -> !it.getKey().equalsIgnoreCase("content-length"))
                .forEach(it -> request.header(it.getKey(), it.getValue()));
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
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
        S3BlobStore store = S3BlobStore.connect(
                new S3Settings(
                        bucketName,
                        null,
                        endpoint,
                        null,
                        true,
                        checksums,
                        S3Settings.Encryption.BUCKET,
                        null,
                        Map.of(),
                        null,
                        List.of(),
                        "Standard",
                        7,
                        server.accessKey(),
                        secretKey,
                        Duration.ofSeconds(2),
                        requestTimeout),
                spool);
        opened.add(store);
        return store;
    }
}
