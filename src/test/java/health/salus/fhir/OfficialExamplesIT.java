package health.salus.fhir;

import com.fasterxml.jackson.databind.JsonNode;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of the specification come back as they were sent, or are refused for a reason.
 *
 * <p>The examples are those of the package {@code hl7.fhir.r4.examples} 4.0.1 without the definitions of FHIR itself. With
 * {@code -Dexamples=folder} it is the unpacked package that is sent, definitions included.
 */
class OfficialExamplesIT {

    /** Why some are refused: what they say is forbidden, or belongs to the server. */
    private static final Map<String, String> REFUSED = Map.of(
            "AuditEvent-", "The trail is written by the server alone",
            "Binary-example", "The security context of a Binary has to be a reference",
            "DiagnosticReport-example-pgx", "Attachment.hash is not the SHA-1",
            "MedicationRequest-medrx0301", "'Practitioner' is not valid for this path",
            "DeviceMetric-example", "'DeviceDefinition' is not valid for this path",
            "DeviceUseStatement-example", "'Procedure' is not valid for this path",
            "Observation-clinical-gender", "'Encounter' is not valid for this path");

    /** What HAPI leaves out of Bundles that are stored as such, in four examples; no clinical content. */
    private static final Pattern KNOWN = Pattern.compile(
            "\\.entry\\[\\d+]\\.resource\\.(id: \"[-0-9a-f]{36}\" -> |meta: \\{\"lastUpdated\":\"[^\"]+\"} -> )");

    private final TestServer server = OpenReferences.server();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @Test
    void theExamplesOfTheSpecificationComeBack() throws Exception {
        List<Result> results = new ArrayList<>();
        ExecutorService clients = Executors.newFixedThreadPool(3);
        try {
            List<Future<Result>> running = new ArrayList<>();
            for (Example example : examples()) {
                running.add(clients.submit(() -> send(example)));
            }
            for (Future<Result> result : running) {
                results.add(result.get());
            }
        } finally {
            clients.shutdownNow();
        }
        report(results);

        assertThat(results).hasSizeGreaterThan(700);
        assertThat(results).flatExtracting(Result::differences).allMatch(KNOWN.asMatchPredicate());
        assertThat(results).filteredOn(it -> !it.differences().isEmpty()).hasSizeLessThanOrEqualTo(4);
        assertThat(results)
                .filteredOn(it -> it.refusal().isPresent())
                .allSatisfy(it -> assertThat(expectedRefusal(it.name()))
                        .as(it.name() + ": " + it.refusal().orElseThrow())
                        .hasValueSatisfying(
                                why -> assertThat(it.refusal().orElseThrow()).contains(why)));
    }

    private Result send(Example example) throws IOException {
        JsonNode sent = ExampleComparison.read(example.json());
        String type = sent.path("resourceType").asText();
        Answer answer = sent.has("id")
                ? client.send(
                        "PUT",
                        "/" + type + "/" + sent.get("id").asText(),
                        BodyPublishers.ofByteArray(example.json()),
                        "Content-Type",
                        "application/fhir+json")
                : client.send(
                        "POST",
                        "/" + type,
                        BodyPublishers.ofByteArray(example.json()),
                        "Content-Type",
                        "application/fhir+json");
        if (answer.status() >= 300) {
            return new Result(example.name(), List.of(), Optional.of(answer.status() + " " + answer.diagnostics()));
        }
        String path = sent.has("id")
                ? "/" + type + "/" + sent.get("id").asText()
                : answer.header("Location").replaceFirst("/_history/.*", "");
        Answer returned = client.get(path + "?_inlineAttachments=true", "Accept", "application/fhir+json");
        List<String> differences = returned.status() == 200
                ? ExampleComparison.differences(sent, ExampleComparison.read(returned.body()))
                : List.of(returned.status() + " " + returned.text());
        return new Result(example.name(), differences, Optional.empty());
    }

    private static Optional<String> expectedRefusal(String name) {
        return REFUSED.entrySet().stream()
                .filter(it -> name.startsWith(it.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static void report(List<Result> results) {
        long refused = results.stream().filter(it -> it.refusal().isPresent()).count();
        long equal = results.stream()
                .filter(it -> it.refusal().isEmpty() && it.differences().isEmpty())
                .count();
        System.out.printf(
                "Official R4 examples: sent %d, stored %d, returned equal %d, refused %d%n",
                results.size(), results.size() - refused, equal, refused);
        results.forEach(it -> {
            it.refusal().ifPresent(why -> System.out.println("  refused " + it.name() + ": " + why));
            if (!it.differences().isEmpty()) {
                System.out.println("  differs " + it.name() + ": " + it.differences());
            }
        });
    }

    private static List<Example> examples() throws IOException {
        String folder = System.getProperty("examples");
        return folder == null ? packed() : unpacked(Path.of(folder));
    }

    private static List<Example> packed() throws IOException {
        List<Example> examples = new ArrayList<>();
        InputStream file =
                Objects.requireNonNull(OfficialExamplesIT.class.getResourceAsStream("/fhir/r4-examples.zip"));
        try (ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.getName().equals("package.json")) {
                    examples.add(new Example(entry.getName(), zip.readAllBytes()));
                }
            }
        }
        return examples;
    }

    private static List<Example> unpacked(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(it -> it.getFileName().toString().matches("[A-Z][A-Za-z]+-.*\\.json"))
                    .sorted()
                    .map(it -> new Example(it.getFileName().toString(), bytes(it)))
                    .toList();
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Example(String name, byte[] json) {}

    private record Result(String name, List<String> differences, Optional<String> refusal) {}
}
