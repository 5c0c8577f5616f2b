package health.salus.hl7v2;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * An element of which two versions of a resource say different things.
 *
 * @param path   where it stands in the FHIR JSON: a JSON Pointer (RFC 6901)
 * @param before what is there now; null if there is nothing
 * @param after  what would be there; null if there would be nothing
 */
record ChangedElement(
        String path, @Nullable JsonNode before, @Nullable JsonNode after) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Compares two versions of a resource in all but their id and {@code meta}.
     *
     * @param before null for a resource that does not exist yet
     */
    static List<ChangedElement> between(@Nullable Resource before, Resource after) {
        List<ChangedElement> changes = new ArrayList<>();
        compare("", before == null ? JSON.createObjectNode() : json(before), json(after), changes);
        return changes;
    }

    private static JsonNode json(Resource resource) {
        try {
            ObjectNode json = (ObjectNode)
                    JSON.readTree(FhirContext.forR4Cached().newJsonParser().encodeResourceToString(resource));
            return json.without(List.of("resourceType", "id", "meta"));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("HAPI writes JSON", impossible);
        }
    }

    private static void compare(String path, JsonNode before, JsonNode after, List<ChangedElement> changes) {
        if (before.equals(after)) {
            return;
        }
        if (before.isObject() && after.isObject()) {
            names(before, after).forEach(it -> compare(path + "/" + it, before.path(it), after.path(it), changes));
        } else if (before.isArray() && after.isArray()) {
            for (int place = 0; place < Math.max(before.size(), after.size()); place++) {
                compare(path + "/" + place, before.path(place), after.path(place), changes);
            }
        } else {
            changes.add(new ChangedElement(path, present(before), present(after)));
        }
    }

    private static Set<String> names(JsonNode before, JsonNode after) {
        Set<String> names = new LinkedHashSet<>();
        before.fieldNames().forEachRemaining(names::add);
        after.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static @Nullable JsonNode present(JsonNode node) {
        return node instanceof MissingNode ? null : node;
    }
}
