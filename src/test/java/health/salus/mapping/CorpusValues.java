package health.salus.mapping;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Counts which values of messages are found again in the FHIR resources that they became. */
public final class CorpusValues {

    private static final List<String> COUNTED = List.of("OBX", "OBR", "PID", "PV1", "SPM", "NTE");

    private static final List<String> CODED = List.of("CE", "CWE", "CNE");
    private static final List<Integer> CODING_SYSTEMS = List.of(3, 6, 12);
    private static final Pattern TIME = Pattern.compile("(\\d{8,14})(\\.\\d+)?([+-]\\d{4})?");

    private final Map<String, int[]> byField = new TreeMap<>();
    private final Map<String, int[]> byValueType = new TreeMap<>();

    /** Compares a message with what it became. */
    public void add(byte[] message, Feed feed, Bundle resources) {
        V2Message sent = V2Message.parse(message, feed, Readings.UNHEARD).orElseThrow();
        String written = normalized(content(resources));
        sent.segments().stream().filter(it -> COUNTED.contains(it.name())).forEach(it -> compare(it, written));
    }

    /** The values of OBX-5 by OBX-2: how many were found, how many were sent. */
    public Map<String, int[]> byValueType() {
        return byValueType;
    }

    /** Prints all shares. */
    public void print() {
        print("values found in FHIR: found, sent", byField);
        print("OBX-5 by OBX-2: found, sent", byValueType);
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

    /** Adds one to those of a name, and to those of them that were found. */
    public static void count(Map<String, int[]> counts, String name, boolean found) {
        int[] count = counts.computeIfAbsent(name, it -> new int[2]);
        count[0] += found ? 1 : 0;
        count[1]++;
    }

    /** Prints counts with their share. */
    public static void print(String title, Map<String, int[]> counts) {
        System.out.println(title);
        counts.forEach((name, count) -> System.out.printf(
                "  %-30s %6d %6d  %3.0f %%%n", name, count[0], count[1], 100.0 * count[0] / count[1]));
    }
}
