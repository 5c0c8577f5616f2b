package health.salus.mapping;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real messages of other projects, where {@code -Dcorpus=} names a folder that holds an {@code hl7v2} folder of them: how
 * many are mapped, why the others are not, and how many of their values are found again in FHIR.
 */
@EnabledIfSystemProperty(named = "corpus", matches = ".+")
class CorpusTest {

    private static final List<String> COUNTED = List.of("OBX", "OBR", "PID", "PV1", "SPM", "NTE");

    private static final List<String> CODED = List.of("CE", "CWE", "CNE");
    private static final List<Integer> CODING_SYSTEMS = List.of(3, 6, 12);
    private static final Pattern TIME = Pattern.compile("(\\d{8,14})(\\.\\d+)?([+-]\\d{4})?");

    private final Map<String, int[]> bySource = new TreeMap<>();
    private final Map<String, int[]> byField = new TreeMap<>();
    private final Map<String, int[]> byValueType = new TreeMap<>();
    private final Map<String, Integer> reasons = new TreeMap<>();

    @Test
    void everyMessageIsMappedOrRejectedWithReasonsAndEveryResultKeepsItsValue() throws IOException {
        for (Path file : messages()) {
            add(file);
        }
        print("messages: mapped, all", bySource);
        reasons.forEach((reason, count) -> System.out.println(count + "\t" + reason));
        print("values found in FHIR: found, sent", byField);
        print("OBX-5 by OBX-2: found, sent", byValueType);
        assertThat(bySource).isNotEmpty();
        assertThat(byValueType.values())
                .allSatisfy(count -> assertThat(count[0]).isEqualTo(count[1]));
    }

    private void add(Path file) throws IOException {
        byte[] message = Files.readAllBytes(file);
        MappingResult result = OruMapping.MAPPINGS.map(message, OruMapping.LAB);
        MappingResult again = OruMapping.MAPPINGS.map(message, OruMapping.LAB);
        String source = Path.of(System.getProperty("corpus"), "hl7v2")
                .relativize(file)
                .getName(0)
                .toString();
        count(bySource, source, result instanceof Mapped);
        if (result instanceof Mapped mapped) {
            assertThat(((Mapped) again).transaction().equalsDeep(mapped.transaction()))
                    .isTrue();
            V2Message sent =
                    V2Message.parse(message, OruMapping.LAB, Readings.UNHEARD).orElseThrow();
            String written = normalized(content(mapped.transaction()));
            sent.segments().stream().filter(it -> COUNTED.contains(it.name())).forEach(it -> compare(it, written));
        } else {
            assertThat(((Rejected) result).reasons()).isNotEmpty().isEqualTo(((Rejected) again).reasons());
            ((Rejected) result)
                    .reasons()
                    .forEach(it -> reasons.merge(source + ": " + it.replaceAll(" in line \\d+", ""), 1, Integer::sum));
        }
    }

    private void compare(Segment segment, String written) {
        for (int field = 1; field <= segment.lastField(); field++) {
            for (V2Value value : segment.field(field)) {
                compare(segment, field, value, written);
            }
        }
    }

    private void compare(Segment segment, int field, V2Value value, String written) {
        if (!value.place().isSubcomponent() && value.parts() > 1) {
            for (int part = 1; part <= value.parts(); part++) {
                compare(segment, field, value.part(part), written);
            }
            return;
        }
        String text = normalized(value.whole());
        if (text.isEmpty()) {
            return;
        }
        boolean found = written.contains(text);
        count(byField, segment.name(), found);
        count(byField, "%s-%02d".formatted(segment.name(), field), found);
        if (!found && Boolean.getBoolean("corpus.details")) {
            System.out.println("not found: " + value.place() + " " + value.whole());
        }
        if (segment.name().equals("OBX") && field == 5) {
            countValue(segment, value, found);
        }
    }

    private void countValue(Segment segment, V2Value value, boolean found) {
        Optional<V2Value> type = segment.field(2).stream().findFirst();
        String name = type.map(V2Value::text).orElse("(none)");
        // What an encapsulated document says of itself besides its content is read, and need not be written as it was.
        boolean counted = !name.equals("ED") || value.place().component() == 5;
        // The name of a coding system becomes its FHIR system.
        counted &=
                !CODED.contains(name) || !CODING_SYSTEMS.contains(value.place().component());
        if (counted) {
            count(byValueType, name, found);
        }
    }

    /** All that a transaction says, as one text. */
    private static String content(Bundle transaction) {
        FhirContext fhir = FhirContext.forR4Cached();
        String primitives = transaction.getEntry().stream()
                .flatMap(
                        entry -> fhir
                                .newTerser()
                                .getAllPopulatedChildElementsOfType(entry.getResource(), IPrimitiveType.class)
                                .stream())
                .map(it -> String.valueOf(it.getValueAsString()))
                .collect(Collectors.joining("\n"));
        String documents = transaction.getEntry().stream()
                .flatMap(entry ->
                        fhir
                                .newTerser()
                                .getAllPopulatedChildElementsOfType(entry.getResource(), Attachment.class)
                                .stream())
                .filter(Attachment::hasData)
                .map(it -> Base64.getEncoder().encodeToString(it.getData()) + "\n"
                        + new String(it.getData(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("\n"));
        return primitives + "\n" + documents;
    }

    /** Leaves letters and digits, and of a time what stands before its zone, so that it is itself in both notations. */
    private static String normalized(String text) {
        Matcher time = TIME.matcher(text.strip());
        return (time.matches() ? time.group(1) : text)
                .replaceAll("(?<=\\d)T(?=\\d)", "")
                .replaceAll("[^\\p{L}\\p{N}\\n]", "")
                .toLowerCase(Locale.ROOT);
    }

    private static void count(Map<String, int[]> counts, String name, boolean found) {
        int[] count = counts.computeIfAbsent(name, it -> new int[2]);
        count[0] += found ? 1 : 0;
        count[1]++;
    }

    private static void print(String title, Map<String, int[]> counts) {
        System.out.println(title);
        counts.forEach((name, count) -> System.out.printf(
                "  %-30s %6d %6d  %3.0f %%%n", name, count[0], count[1], 100.0 * count[0] / count[1]));
    }

    private static List<Path> messages() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("corpus"), "hl7v2"))) {
            return files.filter(Files::isRegularFile)
                    .filter(CorpusTest::isMessage)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isMessage(Path file) {
        try {
            String start = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).stripLeading();
            return start.startsWith("MSH") || start.startsWith("\u00EF\u00BB\u00BFMSH");
        } catch (IOException unreadable) {
            return false;
        }
    }
}
