package health.salus.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.ServerProcess;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code kill -9} in the middle of jobs: after the next start they end as if nothing had been, with nothing twice. */
class BulkKillIT {

    private static final int PATIENTS = 1500;
    private static final int OBSERVATIONS = 5000;

    @TempDir
    Path data;

    private final int port = freePort();
    private final List<String> settings = List.of(
            "--salus.bulk.resources-per-file=4",
            "--server.port=" + port,
            "--management.server.port=" + freePort(),
            "--salus.hl7v2.enabled=false");

    @Test
    void jobsGoOnWhereTheyWere() throws Exception {
        String importJob;
        String exportJob;
        Process first = start();
        try {
            Bulk bulk = client(first);
            bulk.await(begin(bulk, "Patient", lines(PATIENTS, number -> {
                Patient patient = new Patient();
                patient.setId("p" + number);
                return FhirClient.FHIR.newJsonParser().encodeResourceToString(patient);
            })));
            importJob = begin(bulk, "Observation", lines(OBSERVATIONS, BulkKillIT::observation))
                    .header("Content-Location");
            exportJob = bulk.begin("/Patient/$export?_type=Patient").header("Content-Location");
            awaitProgress(bulk, importJob);
            awaitProgress(bulk, exportJob);
        } finally {
            first.toHandle().destroyForcibly();
            first.waitFor();
        }

        Process second = start();
        try {
            Bulk bulk = client(second);
            JsonNode exported = Bulk.json(bulk.awaitAnswer(exportJob));
            assertThat(bulk.output(exported, "Patient").stream()
                            .map(line -> Bulk.json(line).get("id").asText())
                            .filter(id -> id.matches("p[0-9]+")))
                    .hasSize(PATIENTS)
                    .doesNotHaveDuplicates();

            JsonNode imported = Bulk.json(bulk.awaitAnswer(importJob));
            assertThat(imported.get("error")).isEmpty();
            assertThat(bulk.lines(imported, "output"))
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains(OBSERVATIONS + " of " + OBSERVATIONS));
            // They have no ids, so each that was written twice would be there twice.
            Bundle count = bulk.client()
                    .get("/Observation?code:text=killed&_summary=count")
                    .resource(Bundle.class);
            assertThat(count.getTotal()).isEqualTo(OBSERVATIONS);
        } finally {
            second.destroy();
            second.waitFor(60, TimeUnit.SECONDS);
        }
    }

    private static String observation(int number) {
        Observation observation = new Observation();
        observation.setStatus(Observation.ObservationStatus.FINAL);
        observation.getCode().setText("killed");
        return FhirClient.FHIR.newJsonParser().encodeResourceToString(observation);
    }

    private static String lines(int count, IntFunction<String> line) {
        return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n"));
    }

    private static Answer begin(Bulk bulk, String type, String content) {
        String manifest = "{\"input\":[{\"type\":\"" + type + "\",\"url\":\"Binary/" + bulk.upload(content) + "\"}]}";
        return bulk.client()
                .send(
                        "POST",
                        "/$import",
                        BodyPublishers.ofString(manifest),
                        "Content-Type",
                        "application/json",
                        "Prefer",
                        "respond-async");
    }

    private static void awaitProgress(Bulk bulk, String job) {
        Answer answer = bulk.client().get(job);
        while (answer.status() == 429
                || (answer.status() == 202 && !answer.header("X-Progress").matches("[1-9].*"))) {
            Bulk.pause(Duration.ofMillis(1050));
            answer = bulk.client().get(job);
        }
        assertThat(answer.status())
                .as("The job ended before it could be killed")
                .isEqualTo(202);
    }

    private Process start() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--salus.data-dir=" + data));
        arguments.addAll(settings);
        return ServerProcess.start(BulkServer.class, arguments);
    }

    private Bulk client(Process server) throws IOException {
        BufferedReader output = server.inputReader();
        String token = ServerProcess.await(output, BulkServer.TOKEN);
        ServerProcess.drain(output);
        return new Bulk(FhirClient.withToken("http://localhost:" + port + "/fhir", token));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
