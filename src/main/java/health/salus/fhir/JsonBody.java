package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import org.apache.commons.lang3.StringUtils;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * A resource in JSON before it is read. HAPI drops or changes what is looked for here without a word: bytes that are no
 * UTF-8, halves of surrogate pairs, all but the last of equal names, all but the last value of an extension, values that are
 * empty, and some of what belongs to primitive values.
 */
final class JsonBody {

    private static final int BUFFER = 8192;
    private static final JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonBody() {}

    /**
     * Checks a body and completes it for HAPI.
     *
     * @return the body, or one that says the same in a way that HAPI reads whole
     * @throws InvalidRequestException (400) if something in it would be lost
     */
    static byte[] checked(byte[] body) {
        requireUtf8(body);
        try (JsonParser parser = STRICT.createParser(body)) {
            return saysMoreAboutPrimitives(parser) ? PrimitiveElements.complete(body) : body;
        } catch (JsonParseException e) {
            if (e.getOriginalMessage().startsWith("Duplicate field")) {
                throw new InvalidRequestException(e.getOriginalMessage() + ": each element may be there once");
            }
            // HAPI finds the same mistake when it reads the resource, and has the better words for it.
            return body;
        } catch (StreamConstraintsException e) {
            throw new InvalidRequestException("The resource is nested too deeply, or has too long a name or number");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Checks the texts of a body that is no resource, such as a JSON Patch.
     *
     * @throws InvalidRequestException (400) if it contains what FHIR forbids in a text
     */
    static void requireText(byte[] body) {
        requireUtf8(body);
        try (JsonParser parser = STRICT.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    requireStorable(parser);
                }
            }
        } catch (JsonParseException e) {
            throw new InvalidRequestException("The body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean saysMoreAboutPrimitives(JsonParser parser) throws IOException {
        boolean found = false;
        ExtensionValues extensions = new ExtensionValues();
        JsonToken before = JsonToken.NOT_AVAILABLE;
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (token == JsonToken.VALUE_NULL && parser.getParsingContext().inArray()) {
                found = true;
            } else if (token == JsonToken.START_OBJECT) {
                extensions.onObject(parser);
            } else if (token == JsonToken.FIELD_NAME) {
                found |= parser.currentName().startsWith("_");
                extensions.onName(parser);
            } else if (token == JsonToken.VALUE_STRING) {
                requireStorable(parser);
                requireContent(parser, !StringUtils.isBlank(parser.getText()));
            } else if (token.isStructEnd()) {
                requireContent(parser, !before.isStructStart());
            }
            before = token;
        }
        return found;
    }

    private static void requireContent(JsonParser parser, boolean hasContent) throws IOException {
        if (!hasContent) {
            String name = parser.currentName();
            throw new InvalidRequestException("A text, list or object is empty"
                    + (name == null ? "" : ": '" + name + "'") + ". Leave out what has no value");
        }
    }

    private static void requireStorable(JsonParser parser) throws IOException {
        requireStorable(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    }

    private static void requireStorable(char[] text, int offset, int length) {
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            char next = text[i];
            if (next < ' ' && next != '\t' && next != '\n' && next != '\r') {
                throw new InvalidRequestException(
                        "A text contains a control character (\\u0000 to \\u001f), which FHIR forbids and XML cannot say");
            }
            if (Character.isSurrogate(next)) {
                boolean pair = i + 1 < end && Character.isSurrogatePair(next, text[i + 1]);
                if (!pair) {
                    throw new InvalidRequestException(
                            "A text contains half of a surrogate pair (\\ud800 to \\udfff), which is no character");
                }
                i++;
            }
        }
    }

    private static void requireUtf8(byte[] body) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.wrap(body);
        CharBuffer characters = CharBuffer.allocate(BUFFER);
        CoderResult result = decoder.decode(bytes, characters, true);
        while (result.isOverflow()) {
            characters.clear();
            result = decoder.decode(bytes, characters, true);
        }
        if (result.isError()) {
            throw new InvalidRequestException("The body is not UTF-8, at byte " + bytes.position());
        }
    }
}
