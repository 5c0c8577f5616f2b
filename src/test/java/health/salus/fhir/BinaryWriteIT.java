package health.salus.fhir;

import com.sun.management.ThreadMXBean;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.apache.commons.codec.digest.DigestUtils;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.DocumentReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;

/** A file is sent as it is, without FHIR around it, and goes straight to the blob store. */
class BinaryWriteIT {

    private static final int MEGABYTE = 1024 * 1024;

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final byte[] pdf = Records.pdf(200_000);
    private String patient;

    @BeforeEach
    void createPatient() {
        patient = "Patient/"
                + client.create(Records.patient("Anhang")).getIdElement().getIdPart();
    }

    @Test
    void bytesTypeAndSecurityContextAreKept() {
        Answer created = send("POST", "/Binary", pdf, "X-Security-Context", patient);
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        String url = created.header("Location");

        Answer read = client.get(url);
        assertThat(read.body()).isEqualTo(pdf);
        assertThat(read.header("Content-Type")).isEqualTo("application/pdf");
        assertThat(read.header("X-Security-Context")).isEqualTo(patient);
        Binary binary = client.get(url, "Accept", "application/fhir+json").resource(Binary.class);
        assertThat(binary.getSecurityContext().getReference()).isEqualTo(patient);
        assertThat(binary.getData()).isEqualTo(pdf);

        // What was read can be written back.
        assertThat(binary.getDataElement().hasExtension()).isFalse();
        assertThat(client.put("/Binary/" + binary.getIdElement().getIdPart(), binary)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void putNamesTheBinaryAndEveryVersionKeepsItsBytes() {
        byte[] newer = Records.pdf(100);
        assertThat(send("PUT", "/Binary/scan-1", pdf).status()).isEqualTo(201);
        assertThat(send("PUT", "/Binary/scan-1", newer).status()).isEqualTo(200);

        assertThat(client.get("/Binary/scan-1").body()).isEqualTo(newer);
        assertThat(client.get("/Binary/scan-1/_history/1").body()).isEqualTo(pdf);
    }

    @Test
    void sameBytesSentTwiceMakeNoNewVersion() {
        send("PUT", "/Binary/scan-2", pdf);
        Answer again = send("PUT", "/Binary/scan-2", pdf);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.header("ETag")).isEqualTo("W/\"1\"");

        DocumentReference document = client.create(Records.document(patient, pdf));
        DocumentReference body = Records.document(patient, pdf);
        body.setId(document.getIdElement().getIdPart());
        long before = blobs();
        Answer repeated = client.put("/DocumentReference/" + body.getIdElement().getIdPart(), body);
        assertThat(repeated.header("ETag")).isEqualTo("W/\"1\"");
        assertThat(blobs()).isEqualTo(before);
    }

    @Test
    void emptyFileIsAFile() {
        Answer created = send("POST", "/Binary", new byte[0]);

        assertThat(created.status()).as(created.text()).isEqualTo(201);
        Answer read = client.get(created.header("Location"));
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body()).isEmpty();
    }

    @Test
    void jsonThatIsNoFhirIsAFileLikeAnyOther() {
        byte[] json = "{\"huge\": 1e99999999}".getBytes(StandardCharsets.UTF_8);
        Answer created = client.send(
                "POST", "/Binary", BodyPublishers.ofByteArray(json), "Content-Type", "application/vnd.lab+json");

        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(client.get(created.header("Location")).body()).isEqualTo(json);
    }

    @Test
    void ifMatchIsObeyed() {
        send("PUT", "/Binary/scan-3", pdf);

        assertThat(send("PUT", "/Binary/scan-3", Records.pdf(10), "If-Match", "W/\"7\"")
                        .status())
                .isIn(409, 412);
        assertThat(client.get("/Binary/scan-3").body()).isEqualTo(pdf);
        assertThat(send("PUT", "/Binary/scan-3", Records.pdf(10), "If-Match", "W/\"1\"")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void preferDecidesWhatIsAnswered() {
        assertThat(send("POST", "/Binary", pdf, "Prefer", "return=minimal").body())
                .isEmpty();
        Binary shown = send(
                        "POST", "/Binary", pdf, "Prefer", "return=representation", "Accept", "application/fhir+json")
                .resource(Binary.class);
        assertThat(shown.getContentType()).isEqualTo("application/pdf");
        assertThat(shown.getDataElement().hasExtension()).isFalse();
    }

    @Test
    void fileWithoutATypeIsRefused() throws IOException {
        assertThat(rawRequest("Content-Length: 3\r\n", "abc")).startsWith("HTTP/1.1 415");
    }

    @Test
    void fileThatIsAnnouncedAsTooLargeIsRefusedBeforeItIsSent() throws IOException {
        String answer = rawRequest("Content-Type: video/mp4\r\nContent-Length: 6000000000\r\n", "");
        assertThat(answer).startsWith("HTTP/1.1 413").contains("max-raw-binary");
    }

    @Test
    void fileThatBreaksOffLeavesNothing() throws IOException {
        long before = blobs();
        rawRequest("Content-Type: video/mp4\r\nContent-Length: 100000\r\n", "only the beginning");

        assertThat(blobs()).isEqualTo(before);
    }

    @Test
    void nobodyWritesWithoutAToken() {
        Answer answer = FhirClient.anonymous(server.fhirBase())
                .send("POST", "/Binary", BodyPublishers.ofByteArray(pdf), "Content-Type", "application/pdf");
        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void fileOfTwoHundredMegabytesPassesThroughAFewInBothDirections() throws Exception {
        int size = 200 * MEGABYTE;
        String digest;
        try (InputStream content = new RandomStream(size)) {
            digest = DigestUtils.sha256Hex(content);
        }
        long before = allocatedByTheServer();
        Answer created = client.send(
                "POST",
                "/Binary",
                BodyPublishers.ofInputStream(() -> new RandomStream(size)),
                "Content-Type",
                "application/octet-stream");
        long upload = allocatedByTheServer() - before;
        assertThat(created.status()).as(created.text()).isEqualTo(201);

        HttpRequest request = HttpRequest.newBuilder(URI.create(created.header("Location")))
                .header("Authorization", "Bearer " + client.token().orElseThrow())
                .build();
        String read;
        try (InputStream content = HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofInputStream())
                .body()) {
            read = DigestUtils.sha256Hex(content);
        }
        long download = allocatedByTheServer() - before - upload;

        assertThat(read).isEqualTo(digest);
        // Everything that its threads ever allocated for it, whether or not it has been collected since.
        assertThat(upload).isLessThan(40L * MEGABYTE);
        assertThat(download).isLessThan(40L * MEGABYTE);
        assertThat(client.get(created.header("Location"), "Accept", "image/png", "Range", "bytes=0-9")
                        .body())
                .hasSize(10);
    }

    private Answer send(String method, String path, byte[] body, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/pdf";
        return client.send(method, path, BodyPublishers.ofByteArray(body), all);
    }

    /** Sends what no HTTP library would, closes its side, and returns the answer. */
    private String rawRequest(String headers, String body) throws IOException {
        URI base = URI.create(server.fhirBase());
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + base.getPath() + "/Binary HTTP/1.1\r\nHost: " + base.getAuthority()
                            + "\r\nAuthorization: Bearer " + client.token().orElseThrow()
                            + "\r\nConnection: close\r\n" + headers + "\r\n" + body)
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static long allocatedByTheServer() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("http-nio"))
                .mapToLong(ThreadInfo::getThreadId)
                .map(threads::getThreadAllocatedBytes)
                .sum();
    }

    private long blobs() {
        return server.bean(JdbcClient.class)
                .sql("SELECT count(*) FROM salus_blob")
                .query(Long.class)
                .single();
    }

    /** The same bytes each time, and no two pieces of them alike. */
    private static final class RandomStream extends InputStream {

        private long state = 4711;
        private long remaining;

        RandomStream(long size) {
            this.remaining = size;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (remaining == 0) {
                return -1;
            }
            int count = (int) Math.min(length, remaining);
            for (int i = 0; i < count; i++) {
                // A byte at a time, so that the same ones come however they are read.
                buffer[offset + i] = (byte) (state >>> 56);
                state = state * 6364136223846793005L + 1442695040888963407L;
            }
            remaining -= count;
            return count;
        }
    }
}
