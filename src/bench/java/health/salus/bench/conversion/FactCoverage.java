package health.salus.bench.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many of the facts of a message are found in what it became. A fact is a value that stands in a component or
 * subcomponent, once for each message, with at least three letters or digits, because shorter ones are found anywhere by
 * chance. Neither knows who converted it.
 */
final class FactCoverage {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHORTEST = 3;
    private static final Pattern TIME = Pattern.compile("(\\d{8,14})(\\.\\d+)?([+-]\\d{4})?");
    private static final Pattern SEPARATORS = Pattern.compile("[|^~&]");

    private int sent;
    private int found;

    /** Adds a message, as text, and the Bundle it became, as JSON. */
    void add(String message, String bundle) throws IOException {
        StringBuilder texts = new StringBuilder();
        collect(JSON.readTree(bundle), texts);
        String written = texts.toString();
        for (String fact : facts(message)) {
            sent++;
            found += written.contains(fact) ? 1 : 0;
        }
    }

    int sent() {
        return sent;
    }

    double share() {
        return 100.0 * found / sent;
    }

    private static Set<String> facts(String message) {
        Set<String> facts = new LinkedHashSet<>();
        for (String segment : message.split("[\\r\\n]+")) {
            // The header is about the message. What is escaped would have to be read as the converters do.
            if (segment.length() < 4 || segment.startsWith("MSH")) {
                continue;
            }
            for (String value : SEPARATORS.split(segment.substring(4))) {
                String fact = normalized(value);
                if (fact.length() >= SHORTEST && value.indexOf('\\') < 0) {
                    facts.add(fact);
                }
            }
        }
        return facts;
    }

    private static void collect(JsonNode node, StringBuilder texts) {
        if (node.isValueNode()) {
            texts.append(normalized(node.asText())).append('\n');
        }
        node.forEach(child -> collect(child, texts));
    }

    /** Leaves letters and digits, and of a time what stands before its zone, so that it is itself in both notations. */
    private static String normalized(String text) {
        Matcher time = TIME.matcher(text.strip());
        return (time.matches() ? time.group(1) : text)
                .replaceAll("(?<=\\d)T(?=\\d)", "")
                .replaceAll("[^\\p{L}\\p{N}]", "")
                .toLowerCase(Locale.ROOT);
    }
}
