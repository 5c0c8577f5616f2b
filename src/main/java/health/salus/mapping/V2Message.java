package health.salus.mapping;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A message as a flat list of segments, independent of its version and its structure.
 *
 * <p>Segments end with a carriage return; line feeds are accepted where a message has no carriage return at all. A line
 * that does not begin like a segment is taken as the rest of the one before, broken by a line break that the sender
 * forgot to escape.
 *
 * @param unreadable how many characters its character set does not have; each became U+FFFD
 */
record V2Message(List<Segment> segments, int unreadable) {

    /**
     * How many segments a message may have. The largest real reports have a few thousand; far more would make a transaction
     * that holds up all messages behind it.
     */
    static final int MOST_SEGMENTS = 20_000;

    private static final Pattern HEADER = Pattern.compile("MSH[^\\r\\n]");
    private static final Pattern LINE_FEED = Pattern.compile("\n");
    private static final Pattern CARRIAGE_RETURN = Pattern.compile("\r\n?");
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final char REPLACEMENT = '\uFFFD';

    V2Message {
        segments = List.copyOf(segments);
    }

    /** Reads a message up to one segment more than it may have, or nothing if it does not begin with a usable MSH segment. */
    static Optional<V2Message> parse(byte[] bytes, Feed feed, Readings readings) {
        String start = new String(bytes, 0, Math.min(bytes.length, 64), StandardCharsets.UTF_8);
        if (!HEADER.matcher(withoutStart(start)).lookingAt()) {
            return Optional.empty();
        }
        Charset charset = feed.charset().orElseGet(() -> CharacterSets.of(bytes));
        String text = withoutStart(new String(bytes, charset));
        EscapeDecoder decoder =
                new EscapeDecoder(Delimiters.of(lines(text).findFirst().orElseThrow()), charset);
        return Optional.of(new V2Message(segments(text, decoder, readings), unreadable(text, bytes, charset)));
    }

    /** A sender may have written U+FFFD itself; then its bytes are as they should be. */
    private static int unreadable(String text, byte[] bytes, Charset charset) {
        int replaced = (int) text.chars().filter(it -> it == REPLACEMENT).count();
        return replaced == 0 || CharacterSets.isValid(bytes, charset) ? 0 : replaced;
    }

    /** Tells whether the message has more segments than it may have, so that some are missing here. */
    boolean isCutOff() {
        return segments.size() > MOST_SEGMENTS;
    }

    Segment header() {
        return segments.get(0);
    }

    private static List<Segment> segments(String text, EscapeDecoder decoder, Readings readings) {
        char separator = decoder.delimiters().field();
        List<Segment> segments = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        int opened = 0;
        int number = 0;
        Iterator<String> lines = lines(text).iterator();
        while (lines.hasNext() && segments.size() <= MOST_SEGMENTS) {
            String line = lines.next();
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (!open.isEmpty() && isSegment(line, separator)) {
                segments.add(segment(open, opened, decoder, readings));
                open.setLength(0);
            }
            opened = open.isEmpty() ? number : opened;
            open.append(open.isEmpty() ? "" : "\n").append(line);
        }
        segments.add(segment(open, opened, decoder, readings));
        return segments;
    }

    /** Tells whether a line begins with the name of a segment, and is over then or goes on with a field. */
    private static boolean isSegment(String line, char separator) {
        return line.length() >= 3
                && isLetter(line.charAt(0))
                && isLetterOrDigit(line.charAt(1))
                && isLetterOrDigit(line.charAt(2))
                && (line.length() == 3 || line.charAt(3) == separator);
    }

    private static boolean isLetter(char character) {
        return character >= 'A' && character <= 'Z';
    }

    private static boolean isLetterOrDigit(char character) {
        return isLetter(character) || (character >= '0' && character <= '9');
    }

    private static Segment segment(StringBuilder text, int line, EscapeDecoder decoder, Readings readings) {
        return new Segment(text.substring(0, 3), text.toString(), line, decoder, readings);
    }

    /** One line after the other, because a list of all would be many times as large as the message. */
    private static Stream<String> lines(String text) {
        return (text.indexOf('\r') < 0 ? LINE_FEED : CARRIAGE_RETURN).splitAsStream(text);
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
