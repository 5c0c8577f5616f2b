package health.salus.blob;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import health.salus.tenant.TenantId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What Amazon answers for archived objects, word for word as its documentation has it; no S3 server for tests does that. */
class S3ArchiveTest {

    private final BlobKey key = BlobKey.random(new TenantId("north"));
    private final Map<String, String> headers = new ConcurrentHashMap<>();
    private final List<String> asked = new ArrayList<>();

    @TempDir
    private Path spool;

    private HttpServer server;
    private S3BlobStore store;
    private String refusal = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
        BlobSettings settings = Catalog.settings(Map.of(
                "salus.blob.s3.bucket", "records",
                "salus.blob.s3.endpoint",
                        "http://localhost:" + server.getAddress().getPort(),
                "salus.blob.s3.path-style", "true",
                "salus.blob.s3.access-key", "key",
                "salus.blob.s3.secret-key", "secret",
                "salus.blob.s3.restore-tier", "Bulk",
                "salus.blob.s3.restore-days", "3"));
        store = S3BlobStore.connect(settings.bucket().orElseThrow(), spool);
    }

    @AfterEach
    void stop() {
        store.close();
        server.stop(0);
    }

    @Test
    void objectOfAnArchiveClassIsArchivedAndNotDown() {
        headers.put("x-amz-storage-class", "DEEP_ARCHIVE");

        assertThat(availability()).isEqualTo(Availability.ARCHIVED);
        assertThatExceptionOfType(BlobArchivedException.class).isThrownBy(() -> store.open(key));
        assertThatExceptionOfType(BlobArchivedException.class)
                .isThrownBy(() -> store.open(key, ByteRange.inclusive(0, 1)));
    }

    @Test
    void restoreSaysHowFastAndForHowLong() {
        headers.put("x-amz-storage-class", "GLACIER");

        store.restore(key);

        assertThat(asked).singleElement().asString().contains("<Days>3</Days>").contains("<Tier>Bulk</Tier>");
    }

    @Test
    void restoreFromIntelligentTieringHasNoDays() {
        headers.put("x-amz-storage-class", "INTELLIGENT_TIERING");
        headers.put("x-amz-archive-status", "DEEP_ARCHIVE_ACCESS");
        assertThat(availability()).isEqualTo(Availability.ARCHIVED);

        store.restore(key);

        assertThat(asked).singleElement().asString().doesNotContain("Days").contains("Bulk");
    }

    @Test
    void restoreThatIsUnderWayIsNotAskedForAgain() {
        headers.put("x-amz-storage-class", "GLACIER");
        headers.put("x-amz-restore", "ongoing-request=\"true\"");
        assertThat(availability()).isEqualTo(Availability.RESTORING);

        store.restore(key);

        assertThat(asked).isEmpty();
    }

    @Test
    void restoreThatSomebodyElseHasJustAskedForIsOne() {
        headers.put("x-amz-storage-class", "GLACIER");
        refusal = "RestoreAlreadyInProgress";

        store.restore(key);

        assertThat(asked).hasSize(1);
    }

    @Test
    void refusedRestoreIsAnOutage() {
        headers.put("x-amz-storage-class", "GLACIER");
        refusal = "GlacierExpeditedRetrievalNotAvailable";

        assertThatExceptionOfType(BlobStoreUnavailableException.class).isThrownBy(() -> store.restore(key));
    }

    @Test
    void restoredCopyCanBeReadUntilItsDay() {
        headers.put("x-amz-storage-class", "GLACIER");
        headers.put("x-amz-restore", "ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2029 00:00:00 GMT\"");

        assertThat(availability()).isEqualTo(Availability.until(Instant.parse("2029-12-21T00:00:00Z")));
    }

    @Test
    void classesThatAreReadAtOnceAreNoArchive() {
        for (String name : new String[] {"GLACIER_IR", "INTELLIGENT_TIERING", "STANDARD_IA"}) {
            headers.put("x-amz-storage-class", name);
            assertThat(availability()).isEqualTo(Availability.AT_ONCE);
        }
    }

    private Availability availability() {
        return store.inspect(key).orElseThrow().availability();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        try (exchange) {
            switch (exchange.getRequestMethod()) {
                case "HEAD" -> {
                    headers.forEach(exchange.getResponseHeaders()::set);
                    exchange.getResponseHeaders().set("Content-Length", "3");
                    exchange.getResponseHeaders().set("ETag", "\"1\"");
                    exchange.sendResponseHeaders(200, -1);
                }
                case "POST" -> {
                    asked.add(new String(body, StandardCharsets.UTF_8));
                    if (refusal.isEmpty()) {
                        exchange.sendResponseHeaders(202, -1);
                    } else {
                        error(exchange, refusal.startsWith("Restore") ? 409 : 503, refusal);
                    }
                }
                default -> error(exchange, 403, "InvalidObjectState");
            }
        }
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        byte[] xml = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code
                        + "</Code><Message>No</Message><RequestId>1</RequestId></Error>")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, xml.length);
        exchange.getResponseBody().write(xml);
    }
}
