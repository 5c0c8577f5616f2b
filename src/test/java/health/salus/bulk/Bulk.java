package health.salus.bulk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import org.hl7.fhir.r4.model.Parameters;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

/** A client of bulk operations: begins a job, waits for it and fetches its files. */
record Bulk(FhirClient client) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Begins an export; its path and query are below the FHIR base. */
    Answer begin(String path, String... prefer) {
        return client.get(path, "Prefer", prefer.length == 0 ? "respond-async" : prefer[0]);
    }

    Answer begin(String path, Parameters parameters) {
        return client.post(path, parameters, "Prefer", "respond-async");
    }

    /** Begins an export, waits for its end and returns the manifest. */
    JsonNode export(String path) {
        return await(begin(path));
    }

    JsonNode await(Answer begun) {
        assertThat(begun.status()).as(begun.text()).isEqualTo(202);
        return json(awaitAnswer(begun.header("Content-Location")));
    }

    /** Asks until the job is no longer under way. */
    Answer awaitAnswer(String status) {
        Instant end = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(end)) {
            Answer answer = client.get(status, "Accept", "application/json");
            if (answer.status() != 202 && answer.status() != 429) {
                return answer;
            }
            pause(Duration.ofMillis(answer.status() == 429 ? 1000 : 200));
        }
        throw new AssertionError("The job does not end: " + status);
    }

    /** All lines of the files in a section of a manifest. */
    List<String> lines(JsonNode manifest, String section) {
        return stream(manifest.get(section)).flatMap(this::lines).toList();
    }

    /** The lines of the files for one type. */
    List<String> output(JsonNode manifest, String type) {
        return stream(manifest.get("output"))
                .filter(file -> file.get("type").asText().equals(type))
                .flatMap(this::lines)
                .toList();
    }

    Stream<String> lines(JsonNode file) {
        Answer answer = client.get(file.get("url").asText(), "Accept", "application/fhir+ndjson");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        List<String> lines = answer.text().lines().toList();
        assertThat(lines).hasSize(file.get("count").asInt());
        return lines.stream();
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    static List<String> types(JsonNode manifest) {
        return stream(manifest.get("output"))
                .map(file -> file.get("type").asText())
                .distinct()
                .toList();
    }

    static JsonNode json(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return json(answer.text());
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    /** Brings NDJSON as a file to the server; returns its id. */
    String upload(String content) {
        Answer answer = client.send(
                "POST", "/Binary", BodyPublishers.ofString(content), "Content-Type", "application/fhir+ndjson");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.header("Location").replaceAll(".*/Binary/([^/]+).*", "$1");
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
