package health.salus.blob;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.ServerProcess;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.DocumentReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code kill -9} of a whole server in the midst of writes: what was answered is there, and what was not is no loss. */
class KilledServerIT {

    private final byte[] answered = Records.pdf(70_000);
    private final byte[] killedAfterPut = Records.pdf(StoppingServer.STOPS_AFTER_PUT);
    private final byte[] killedBeforeCommit = Records.pdf(70_002);
    private final byte[] killedBeforeAnswer = Records.pdf(70_003);
    private Path directory;

    @AfterEach
    void deleteData() throws IOException {
        FileSystemUtils.deleteRecursively(directory);
    }

    @Test
    void nothingThatWasAnsweredIsMissingAndOrphansGoAtTheSweep() throws Exception {
        directory = Files.createTempDirectory("salus-killed");
        String patient = writeAndKill();

        try (TestServer restarted = TestServer.startIn(directory, Map.of("salus.blob.grace", "0s"))) {
            FhirClient client = FhirClient.withToken(restarted.fhirBase(), Tokens.backend(restarted));
            // The third was committed, and only its sender does not know.
            assertHas(client, patient, answered, killedBeforeAnswer);
            assertThat(states(restarted)).containsExactly("PENDING 1", "STORED 3");
            assertThat(objects()).hasSize(4);

            restarted.bean(BlobSweep.class).run();

            assertThat(states(restarted)).containsExactly("STORED 2");
            assertThat(objects()).hasSize(2);
            assertHas(client, patient, answered, killedBeforeAnswer);
            for (byte[] lost : List.of(killedAfterPut, killedBeforeCommit)) {
                assertThat(client.post("/DocumentReference", Records.document(patient, lost))
                                .status())
                        .isEqualTo(201);
            }
            assertHas(client, patient, answered, killedBeforeAnswer, killedAfterPut, killedBeforeCommit);
        }
    }

    /** Returns the reference to the patient of all the documents. */
    private String writeAndKill() throws IOException, InterruptedException {
        List<String> settings = TestServer.settings(directory, Map.of());
        Process server = ServerProcess.start(StoppingServer.class, settings);
        try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8)) {
            String token = ServerProcess.await(output, StoppingServer.READY);
            String base = settings.stream()
                    .filter(it -> it.startsWith("--server.port="))
                    .map(it -> "http://localhost:" + it.substring(14) + "/fhir")
                    .findFirst()
                    .orElseThrow();
            FhirClient client = FhirClient.withToken(base, token);
            String patient = "Patient/"
                    + client.create(Records.patient("Absturz")).getIdElement().getIdPart();
            client.create(Records.document(patient, answered));
            begin(client, Records.document(patient, killedAfterPut), "PUT");
            begin(client, Records.document(patient, killedBeforeCommit), "COMMIT");
            begin(client, Records.document(patient, killedBeforeAnswer), "ANSWER");
            Set<String> steps = new TreeSet<>();
            while (steps.size() < 3) {
                steps.add(ServerProcess.await(output, StoppingServer.AT));
            }
            return patient;
        } finally {
            // SIGKILL: nothing of the process runs any more, except its PostgreSQL, which the next start ends.
            server.destroyForcibly().waitFor();
        }
    }

    private static void begin(FhirClient client, DocumentReference document, String stop) {
        CompletableFuture<Answer> neverAnswered = CompletableFuture.supplyAsync(
                () -> client.post("/DocumentReference", document, StoppingServer.STOP, stop),
                task -> new Thread(task, "never-answered").start());
        neverAnswered.exceptionally(expected -> null);
    }

    private static void assertHas(FhirClient client, String patient, byte[]... contents) {
        List<byte[]> found = client.search("/DocumentReference?patient=" + patient).stream()
                .map(it -> ((DocumentReference) it)
                        .getContentFirstRep()
                        .getAttachment()
                        .getUrl())
                .map(url -> client.get(url).body())
                .toList();
        assertThat(found).hasSize(contents.length);
        assertThat(List.of(contents)).allMatch(wanted -> found.stream().anyMatch(it -> Arrays.equals(it, wanted)));
    }

    private static List<String> states(TestServer server) {
        return server.bean(JdbcClient.class)
                .sql("SELECT state || ' ' || count(*) FROM salus_blob_object GROUP BY state ORDER BY state")
                .query(String.class)
                .list();
    }

    private List<Path> objects() {
        try (var files = Files.walk(directory.resolve("blobs"))) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
