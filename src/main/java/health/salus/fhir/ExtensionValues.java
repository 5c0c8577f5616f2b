package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Finds an extension with more than one value while its JSON is read. Of several values HAPI keeps the last, see
 * https://hl7.org/fhir/R4/extensibility.html#Extension.
 */
final class ExtensionValues {

    private static final Set<String> EXTENSIONS = Set.of("extension", "modifierExtension");

    private final Map<Integer, String> seen = new HashMap<>();

    /** Forgets what the object before said that lay as deep as the one that begins now. */
    void onObject(JsonParser parser) {
        if (!seen.isEmpty()) {
            seen.remove(parser.getParsingContext().getNestingDepth());
        }
    }

    /**
     * Takes the name of a member that the parser stands at.
     *
     * @throws InvalidRequestException (400) if it is the second value of one extension
     */
    void onName(JsonParser parser) throws IOException {
        String name = parser.currentName();
        String value = name.startsWith("_") ? name.substring(1) : name;
        if (value.startsWith("value") && isExtension(parser.getParsingContext())) {
            String before = seen.putIfAbsent(parser.getParsingContext().getNestingDepth(), value);
            if (before != null && !before.equals(value)) {
                throw new InvalidRequestException(
                        "An extension has the values '" + before + "' and '" + value + "'; it may have one");
            }
        }
    }

    private static boolean isExtension(JsonStreamContext object) {
        JsonStreamContext list = object.getParent();
        return list != null
                && list.inArray()
                && EXTENSIONS.contains(String.valueOf(list.getParent().getCurrentName()));
    }
}
