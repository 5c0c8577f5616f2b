package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a resource says about its primitive values in members that begin with an underscore, see
 * https://hl7.org/fhir/R4/json.html#primitive.
 *
 * <p>HAPI reads {@code "_given": [...]} only beside {@code "given": [...]}, so the null placeholders are put in that the
 * format lets a sender leave out.
 */
final class PrimitiveElements {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private PrimitiveElements() {}

    /**
     * Returns a resource with all its placeholders.
     *
     * @throws UnprocessableEntityException (422) if a place in a list holds nothing at all
     */
    static byte[] complete(byte[] body) throws IOException {
        JsonNode resource = JSON.readTree(body);
        complete(resource);
        return JSON.writeValueAsBytes(resource);
    }

    private static void complete(JsonNode node) {
        if (node instanceof ObjectNode object) {
            completeMembers(object);
        }
        node.forEach(PrimitiveElements::complete);
    }

    private static void completeMembers(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            if (name.startsWith("_")) {
                JsonNode about = object.get(name);
                if (about instanceof ArrayNode elements) {
                    placeholders(object.withArray(name.substring(1)), elements.size());
                }
            }
        }
        object.fields().forEachRemaining(member -> requireValues(object, member.getKey(), member.getValue()));
    }

    // A place in a list that holds neither a value nor an extension moves all that come behind it.
    private static void requireValues(ObjectNode object, String name, JsonNode values) {
        JsonNode about = object.path("_" + name);
        for (int index = 0; !name.startsWith("_") && values.isArray() && index < values.size(); index++) {
            if (values.get(index).isNull() && !about.path(index).isObject()) {
                throw new UnprocessableEntityException(
                        "'" + name + "[" + index + "]' has neither a value nor an extension");
            }
        }
    }

    private static void placeholders(ArrayNode values, int size) {
        while (values.size() < size) {
            values.addNull();
        }
    }
}
