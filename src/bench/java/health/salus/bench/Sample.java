package health.salus.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Some of what a server holds: ids to read, bodies to write again and values to search for.
 *
 * <p>The servers give out ids of their own, so each is asked for what it has. What a request needs is then drawn with the
 * same random numbers for both.
 */
final class Sample {

    static final List<String> TYPES =
            List.of("Patient", "Observation", "Condition", "Encounter", "MedicationRequest");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int EACH = 200;

    private final TreeMap<String, List<ObjectNode>> resources = new TreeMap<>();

    static Sample of(Http http) throws IOException {
        Sample sample = new Sample();
        for (String type : TYPES) {
            Http.Answer answer = http.get("/" + type + "?_count=" + EACH);
            if (answer.status() != 200) {
                throw new IOException("No sample of " + type + ": " + answer.text());
            }
            List<ObjectNode> found = new ArrayList<>();
            for (JsonNode entry : JSON.readTree(answer.body()).path("entry")) {
                found.add((ObjectNode) entry.path("resource"));
            }
            sample.resources.put(type, found);
        }
        return sample;
    }

    ObjectNode any(String type, Random random) {
        List<ObjectNode> all = resources.get(type);
        return all.get(random.nextInt(all.size()));
    }

    String anyType(Random random) {
        return TYPES.get(random.nextInt(TYPES.size()));
    }

    String id(String type, Random random) {
        return any(type, random).path("id").asText();
    }

    /** The text at a JSON pointer of some resource that has one. */
    String value(String type, String pointer, Random random) {
        for (int attempt = 0; attempt < 1000; attempt++) {
            String value = any(type, random).at(pointer).asText();
            if (!value.isEmpty()) {
                return value;
            }
        }
        throw new IllegalStateException("No " + type + " has " + pointer);
    }

    /** A resource as a client would create it: without id and meta. */
    byte[] asNew(String type, Random random) {
        ObjectNode copy = any(type, random).deepCopy();
        copy.remove(List.of("id", "meta"));
        return bytes(copy);
    }

    /** A resource with something in it that no version of it had. */
    byte[] changed(ObjectNode resource, Random random) {
        ObjectNode copy = resource.deepCopy();
        copy.remove("meta");
        copy.put("language", "x-" + Long.toString(random.nextLong() >>> 24, 36));
        return bytes(copy);
    }

    static JsonNode parse(Http.Answer answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }
}
