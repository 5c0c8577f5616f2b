package health.salus.mapping;

import ca.uhn.fhir.context.FhirContext;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A message that stands beside the rules, and what it is to become: {@code tests/<type>/<case>/in.hl7} and
 * {@code expected.json} beside it, which holds the transaction, or {@code rejected.txt}, which holds the reasons.
 *
 * @param message the message
 */
record GoldenMessage(Path message) {

    private static final String MESSAGE = "in.hl7";
    private static final String TRANSACTION = "expected.json";
    private static final String REASONS = "rejected.txt";
    private static final Feed FEED = new Feed("test", ZoneId.of("Europe/Berlin"));

    /** Finds all of them below a folder; a folder that does not exist has none. */
    static List<GoldenMessage> below(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(it -> it.endsWith(MESSAGE))
                    .sorted()
                    .map(GoldenMessage::new)
                    .toList();
        }
    }

    /** Returns what the message has become that it was not to, or nothing if all is as expected. */
    Optional<String> difference(Mappings mappings) throws IOException {
        MappingResult result = map(mappings);
        Path expected = expected(result);
        if (!Files.exists(expected)) {
            return Optional.of("there is no " + expected + "; the message became:\n" + text(result));
        }
        return firstDifference(
                expected,
                Files.readString(expected).lines().toList(),
                text(result).lines().toList());
    }

    /** Writes down what the message becomes now as what is expected of it. */
    void accept(Mappings mappings) throws IOException {
        MappingResult result = map(mappings);
        Files.deleteIfExists(message.resolveSibling(TRANSACTION));
        Files.deleteIfExists(message.resolveSibling(REASONS));
        Files.writeString(expected(result), text(result) + "\n");
    }

    private MappingResult map(Mappings mappings) throws IOException {
        return mappings.map(Files.readAllBytes(message), FEED);
    }

    private Path expected(MappingResult result) {
        return message.resolveSibling(result instanceof Mapped ? TRANSACTION : REASONS);
    }

    private static String text(MappingResult result) {
        return result instanceof Mapped mapped ? json(mapped) : String.join("\n", ((Rejected) result).reasons());
    }

    static String json(Mapped mapped) {
        return FhirContext.forR4Cached()
                .newJsonParser()
                .setPrettyPrint(true)
                .encodeResourceToString(mapped.transaction());
    }

    private static Optional<String> firstDifference(Path file, List<String> expected, List<String> actual) {
        for (int line = 0; line < Math.max(expected.size(), actual.size()); line++) {
            String wanted = line < expected.size() ? expected.get(line) : "(the end)";
            String got = line < actual.size() ? actual.get(line) : "(the end)";
            if (!wanted.equals(got)) {
                return Optional.of(
                        "%s:%d%n  expected: %s%n  but was:  %s".formatted(file, line + 1, wanted.strip(), got.strip()));
            }
        }
        return Optional.empty();
    }
}
