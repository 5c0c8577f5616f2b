package health.salus.mapping;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A message as a flat list of segments, independent of its version and its structure.
 *
 * <p>Segments end with a carriage return; line feeds are accepted where a message has no carriage return at all. A line
 * that does not begin like a segment is taken as the rest of the one before, broken by a line break that the sender
 * forgot to escape.
 */
record V2Message(List<Segment> segments) {

    private static final Pattern HEADER = Pattern.compile("MSH[^\\r\\n]");
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    V2Message {
        segments = List.copyOf(segments);
    }

    /** Reads a message, or nothing if it does not begin with a usable MSH segment. */
    static Optional<V2Message> parse(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, 64), StandardCharsets.UTF_8);
        if (!HEADER.matcher(withoutStart(start)).lookingAt()) {
            return Optional.empty();
        }
        Charset charset = CharacterSets.of(bytes);
        String text = withoutStart(new String(bytes, charset));
        EscapeDecoder decoder = new EscapeDecoder(Delimiters.of(lines(text).get(0)), charset);
        return Optional.of(new V2Message(segments(text, decoder)));
    }

    Segment header() {
        return segments.get(0);
    }

    private static List<Segment> segments(String text, EscapeDecoder decoder) {
        Pattern start = Pattern.compile(
                "[A-Z][A-Z0-9]{2}("
                        + Pattern.quote(String.valueOf(decoder.delimiters().field())) + ".*)?",
                Pattern.DOTALL);
        List<Segment> segments = new ArrayList<>();
        int number = 0;
        for (String line : lines(text)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (start.matcher(line).matches()) {
                segments.add(new Segment(line.substring(0, 3), line, number, decoder));
            } else {
                Segment broken = segments.remove(segments.size() - 1);
                segments.add(new Segment(broken.name(), broken.text() + "\n" + line, broken.line(), decoder));
            }
        }
        return segments;
    }

    private static List<String> lines(String text) {
        return text.indexOf('\r') < 0 ? List.of(text.split("\n")) : List.of(text.split("\r\n?"));
    }

    private static String withoutStart(String text) {
        String content = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        return content.stripLeading();
    }

    @Override
    public String toString() {
        return segments.size() + " segments";
    }
}
