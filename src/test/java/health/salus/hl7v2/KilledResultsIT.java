package health.salus.hl7v2;

import health.salus.testing.FhirClient;
import health.salus.testing.ServerProcess;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code kill -9} of a whole server among results that come in: each that was acknowledged is in FHIR, once. */
class KilledResultsIT {

    private static final int SENDERS = 4;
    private static final int PATIENTS = 3;
    private static final int ACKNOWLEDGED = 60;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private Path directory;

    @AfterEach
    void deleteData() throws IOException {
        FileSystemUtils.deleteRecursively(directory);
    }

    @Test
    void everyAcknowledgedResultIsThereOnceAfterTheRestart() throws Exception {
        directory = Files.createTempDirectory("salus-killed-results");
        Set<String> acknowledged = sendUntilKilled();

        try (TestServer restarted = TestServer.startIn(directory, Map.of())) {
            JdbcClient database = restarted.bean(JdbcClient.class);
            List<String> received = database.sql("SELECT control_id FROM salus_hl7v2_message")
                    .query(String.class)
                    .list();
            assertThat(received).containsAll(acknowledged).doesNotHaveDuplicates();
            await(() -> database.sql("SELECT count(*) FROM salus_hl7v2_message WHERE state <> 'PROCESSED'")
                    .query(Integer.class)
                    .single()
                    .equals(0));

            FhirClient client = FhirClient.withToken(restarted.fhirBase(), Tokens.backend(restarted));
            for (String controlId : received) {
                List<Resource> written = client.search("/DiagnosticReport?_source=urn:hl7v2:lab:" + controlId
                        + "&_include=DiagnosticReport:result&_count=10");
                assertThat(written).as(controlId).hasSize(4);
                assertThat(written.stream().filter(Observation.class::isInstance))
                        .hasSize(3);
                assertThat(written)
                        .filteredOn(it -> it instanceof DiagnosticReport || it instanceof Observation)
                        .allMatch(it -> it.getMeta().getVersionId().equals("1"));
            }
            for (int patient = 0; patient < PATIENTS; patient++) {
                assertThat(client.search("/Patient?identifier=MRN-K" + patient)).hasSize(1);
            }
        }
    }

    /** Sends results from several connections and kills the server in the midst of them; returns what was answered AA. */
    private Set<String> sendUntilKilled() throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        List<Thread> senders = new ArrayList<>();
        Process server = ServerProcess.start(ResultServer.class, List.of(directory.toString()));
        try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8)) {
            int port = Integer.parseInt(ServerProcess.await(output, ResultServer.READY));
            ServerProcess.drain(output);
            for (int number = 0; number < SENDERS; number++) {
                String name = "K" + number + "x";
                Thread sender = new Thread(() -> sendUntilGone(port, name, acknowledged));
                sender.start();
                senders.add(sender);
            }
            await(() -> acknowledged.size() >= ACKNOWLEDGED);
        } finally {
            // SIGKILL: nothing of the process runs any more, except its PostgreSQL, which the next start ends.
            server.destroyForcibly().waitFor();
        }
        for (Thread sender : senders) {
            sender.join();
        }
        return acknowledged;
    }

    private static void sendUntilGone(int port, String name, Set<String> acknowledged) {
        try (MllpClient client = new MllpClient(port)) {
            for (int number = 0; number < 10_000; number++) {
                String controlId = name + number;
                if (client.ask(result(controlId, number % PATIENTS)).contains("MSA|AA|" + controlId)) {
                    acknowledged.add(controlId);
                }
                // Results are acknowledged much faster than they are written.
                Thread.sleep(20);
            }
        } catch (IOException | AssertionError | InterruptedException killed) {
            // The end that this test is about.
            return;
        }
    }

    private static String result(String controlId, int patient) throws IOException {
        return Files.readString(Path.of("hl7-mappings/examples/ORU_R01.hl7"))
                .replace("CL-000001", controlId)
                .replace("4711", "MRN-K" + patient)
                .replace("CL-88231", "CL-" + controlId)
                .replace("PL-2026-118", "PL-" + controlId)
                .replace('\n', '\r');
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("Waited in vain").isBefore(end);
            Thread.sleep(50);
        }
    }
}
