package health.salus.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What programs do that fetch or bring all at once: Bulk Data Access, and {@code $import} from uploads. */
final class BulkClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NDJSON = "application/fhir+ndjson";
    private static final int PAUSE_MILLISECONDS = 100;

    private final FhirClient client;

    BulkClient(Http http) {
        this.client = FhirClient.withToken(http.base(), http.token());
    }

    /**
     * A file of NDJSON.
     *
     * @param type of its resources
     */
    record File(String type, Path path) {

        long lines() throws IOException {
            try (var lines = Files.lines(path)) {
                return lines.count();
            }
        }
    }

    /** Exports all of the server and returns the manifest. */
    JsonNode export() throws IOException, InterruptedException {
        Answer begun = client.get("/$export?_outputFormat=" + NDJSON.replace("+", "%2B"), "Prefer", "respond-async");
        return await(begun);
    }

    /** Fetches the files of an export into a directory. */
    List<File> fetch(JsonNode manifest, Path directory) throws IOException {
        List<File> files = new ArrayList<>();
        Iterator<JsonNode> outputs = manifest.path("output").elements();
        while (outputs.hasNext()) {
            JsonNode output = outputs.next();
            Answer answer = client.get(output.path("url").asText(), "Accept", NDJSON);
            require(answer, 200);
            Path path = directory.resolve(files.size() + ".ndjson");
            Files.writeString(path, answer.text());
            files.add(new File(output.path("type").asText(), path));
        }
        return files;
    }

    /** Uploads a file and returns the address by which an import finds it. */
    String upload(File file) throws IOException {
        Answer answer = client.send("POST", "/Binary", BodyPublishers.ofFile(file.path()), "Content-Type", NDJSON);
        require(answer, 201);
        return answer.header("Location").replaceAll(".*/(Binary/[^/]+).*", "$1");
    }

    /** Imports uploads, and fails if any line was refused. */
    void load(List<File> files, List<String> uploads) throws IOException, InterruptedException {
        ObjectNode manifest = JSON.createObjectNode().put("inputFormat", NDJSON);
        for (int i = 0; i < files.size(); i++) {
            manifest.withArray("input")
                    .addObject()
                    .put("type", files.get(i).type())
                    .put("url", uploads.get(i));
        }
        JsonNode report = await(client.send(
                "POST",
                "/$import",
                BodyPublishers.ofString(manifest.toString()),
                "Content-Type",
                "application/json",
                "Prefer",
                "respond-async"));
        if (!report.path("error").isEmpty()) {
            throw new IOException("Lines of the import were refused: " + report.path("error"));
        }
    }

    private JsonNode await(Answer begun) throws IOException, InterruptedException {
        require(begun, 202);
        while (true) {
            Answer answer = client.get(begun.header("Content-Location"), "Accept", "application/json");
            if (answer.status() == 200) {
                return JSON.readTree(answer.text());
            }
            if (answer.status() != 429) {
                require(answer, 202);
            }
            Thread.sleep(PAUSE_MILLISECONDS);
        }
    }

    private static void require(Answer answer, int status) throws IOException {
        if (answer.status() != status) {
            throw new IOException("Expected " + status + ", got " + answer.status() + ": " + answer.text());
        }
    }
}
