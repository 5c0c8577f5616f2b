package health.salus.fhir;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Compares what was sent with what came back, but for what a server adds: https://hl7.org/fhir/R4/http.html#transactional-integrity. */
final class ExampleComparison {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final Set<String> ADDED_TO_DATA = Set.of("url", "hash", "size");

    private ExampleComparison() {}

    /** Reads a resource without what the server says about it: id of the version and time of the last change. */
    static JsonNode read(byte[] json) throws IOException {
        ObjectNode resource = (ObjectNode) JSON.readTree(json);
        if (resource.get("meta") instanceof ObjectNode meta) {
            meta.remove(Set.of("versionId", "lastUpdated"));
            if (meta.isEmpty()) {
                resource.remove("meta");
            }
        }
        return resource;
    }

    /** Returns where the two differ. */
    static List<String> differences(JsonNode sent, JsonNode returned) {
        List<String> differences = new ArrayList<>();
        compare("", sent, returned, differences);
        return differences;
    }

    private static void compare(String path, JsonNode sent, JsonNode returned, List<String> differences) {
        if (sent.isObject() && returned.isObject()) {
            Set<String> names = new TreeSet<>();
            sent.fieldNames().forEachRemaining(names::add);
            returned.fieldNames().forEachRemaining(names::add);
            if (sent.has("data")) {
                // The server knows the size and the hash of a large attachment, and has an address for it.
                names.removeIf(name -> ADDED_TO_DATA.contains(name) && !sent.has(name));
            }
            names.forEach(name -> compare(path + "." + name, sent.path(name), returned.path(name), differences));
        } else if (sent.isArray() && returned.isArray() && sent.size() == returned.size()) {
            for (int index = 0; index < sent.size(); index++) {
                compare(path + "[" + index + "]", sent.get(index), returned.get(index), differences);
            }
        } else if (!isSame(path, sent, returned)) {
            differences.add(path + ": " + shortened(sent) + " -> " + shortened(returned));
        }
    }

    private static boolean isSame(String path, JsonNode sent, JsonNode returned) {
        if (sent.equals(returned) || (sent.isMissingNode() && isPlaceholder(returned))) {
            return true;
        }
        if (path.endsWith(".div")) {
            return xml(sent.asText()).isEqualNode(xml(returned.asText()));
        }
        if (sent.isBigDecimal() && sent.decimalValue().scale() < 0 && returned.isNumber()) {
            // HAPI reads 1.0E+3 as 1000: the same number, with more digits.
            return sent.decimalValue().compareTo(returned.decimalValue()) == 0;
        }
        // White space in base64 says nothing: https://hl7.org/fhir/R4/datatypes.html#base64Binary
        return path.endsWith("ata")
                && sent.asText().replaceAll("\\s", "").equals(returned.asText().replaceAll("\\s", ""));
    }

    // A list with nothing but nulls, beside one that says more about them.
    private static boolean isPlaceholder(JsonNode returned) {
        boolean empty = returned.isArray();
        for (JsonNode element : returned) {
            empty &= element.isNull();
        }
        return empty;
    }

    private static Document xml(String text) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setCoalescing(true);
            Document document = factory.newDocumentBuilder()
                    .parse(new InputSource(new StringReader(text.replace("&nbsp;", "&#160;"))));
            document.normalizeDocument();
            return document;
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}
