package health.salus.mapping;

import org.hl7.fhir.r4.model.Attachment;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Documents inside a message, data type ED.
 *
 * @see <a href="http://www.hl7.eu/HL7v2x/v251/std251/ch02A.html">HL7 v2.5.1, 2.A.24 ED</a>
 */
final class Attachments {

    private static final Pattern URL = Pattern.compile("(?i)(https?|ftps?)://\\S+");
    private static final String UNKNOWN = "application/octet-stream";

    // Senders label documents carelessly, so what the bytes begin with counts for more than what the label says.
    private static final Map<String, String> TYPE_BY_FIRST_BYTES = Map.of(
            "25504446", "application/pdf",
            "89504e47", "image/png",
            "ffd8ff", "image/jpeg",
            "49492a00", "image/tiff",
            "4d4d002a", "image/tiff",
            "7b5c727466", "application/rtf");
    private static final Map<String, String> TYPE_BY_NAME = Map.of(
            "PDF", "application/pdf",
            "RTF", "application/rtf",
            "HTML", "text/html",
            "XML", "application/xml",
            "TEXT", "text/plain",
            "TXT", "text/plain",
            "PLAIN", "text/plain",
            "JPEG", "image/jpeg",
            "DICOM", "application/dicom");

    private Attachments() {}

    /** {@code attachment(OBX-5, OBX-3)}: the document in the first argument, titled by the text of the second. */
    static Expression attachment(Arguments arguments) {
        Source document = arguments.count(2, 2).source(0);
        Source title = arguments.source(1, Set.of("CE", "CWE"));
        return Expression.each(Attachment.class, document, (value, scope) -> {
            Attachment attachment = attachment(value, scope);
            title.first(scope)
                    .flatMap(it -> Concepts.fromTriples(it, scope))
                    .ifPresent(concept -> attachment.setTitle(concept.getText()));
            return Optional.of(attachment);
        });
    }

    /** {@code pointer(OBX-5, OBX-3)}: RP as an attachment that stands elsewhere; nothing if it is not a whole URL. */
    static Expression pointer(Arguments arguments) {
        Source pointer = arguments.count(2, 2).source(0);
        Source title = arguments.source(1, Set.of("CE", "CWE"));
        return Expression.each(Attachment.class, pointer, (value, scope) -> {
            String url = value.part(1).whole().strip();
            if (!URL.matcher(url).matches()) {
                return Optional.empty();
            }
            Attachment attachment = new Attachment()
                    .setUrl(url)
                    .setContentType(labelled(value.part(4).text(), value.part(3).text()));
            title.first(scope)
                    .flatMap(it -> Concepts.fromTriples(it, scope))
                    .ifPresent(concept -> attachment.setTitle(concept.getText()));
            return Optional.of(attachment);
        });
    }

    /** {@code text-attachment(all(content, OBX-5))}: all values as the lines of one text, documents among them left out. */
    static Expression text(Arguments arguments) {
        Source source = arguments.count(1, 1).source(0);
        return Expression.of(Attachment.class, scope -> {
            List<V2Value> lines = source.values(scope).stream()
                    .filter(Attachments::isNoDocument)
                    .toList();
            return Texts.joined(lines)
                    .map(text -> of(text.getBytes(StandardCharsets.UTF_8), "text/plain; charset=UTF-8"))
                    .stream()
                    .toList();
        });
    }

    /** {@code titled(TXA-16)}: an attachment of which nothing but the name is known. */
    static Expression titled(Arguments arguments) {
        return Expression.each(
                Attachment.class,
                arguments.count(1, 1).source(0),
                (value, scope) ->
                        Optional.of(new Attachment().setTitle(value.whole().strip())));
    }

    private static boolean isNoDocument(V2Value value) {
        return value.segment().field(2).stream().map(V2Value::text).noneMatch("ED"::equals);
    }

    private static Attachment of(byte[] bytes, String contentType) {
        return new Attachment()
                .setContentType(contentType)
                .setData(bytes)
                .setSize(bytes.length)
                .setHash(Digests.sha1(bytes));
    }

    private static Attachment attachment(V2Value value, Scope scope) {
        Optional<byte[]> decoded = decode(value.part(5), value.part(4).text());
        if (decoded.isEmpty()) {
            scope.findings().warn(value, "is not encoded as it says; it is kept as the text that was sent");
        }
        byte[] bytes = decoded.orElseGet(() -> value.whole().getBytes(StandardCharsets.UTF_8));
        return of(bytes, decoded.isPresent() ? contentType(bytes, value) : "text/plain");
    }

    private static Optional<byte[]> decode(V2Value data, String encoding) {
        if (encoding.equalsIgnoreCase("A")) {
            return Optional.of(data.whole().getBytes(StandardCharsets.UTF_8));
        }
        // Some senders break the encoded lines with escape sequences.
        String text = data.raw().replace("\\.br\\", "").replaceAll("\\s", "");
        try {
            byte[] bytes = encoding.equalsIgnoreCase("Hex")
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text);
            return bytes.length == 0 ? Optional.empty() : Optional.of(bytes);
        } catch (IllegalArgumentException notEncodedThatWay) {
            return Optional.empty();
        }
    }

    private static String contentType(byte[] bytes, V2Value value) {
        String start = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 8));
        return TYPE_BY_FIRST_BYTES.entrySet().stream()
                .filter(entry -> start.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> labelled(value.part(3).text(), value.part(2).text()));
    }

    private static String labelled(String subtype, String type) {
        String bySubtype = TYPE_BY_NAME.get(subtype.toUpperCase(Locale.ROOT));
        return bySubtype != null ? bySubtype : TYPE_BY_NAME.getOrDefault(type.toUpperCase(Locale.ROOT), UNKNOWN);
    }
}
