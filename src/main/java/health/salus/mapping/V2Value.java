package health.salus.mapping;

import java.nio.charset.StandardCharsets;

/**
 * A field repetition, one of its components or one of their subcomponents.
 *
 * <p>A value that was sent without its inner parts is its own first part, so that {@code 123} and {@code 123^^^LAB} are
 * read alike whatever the sender's version of a data type is.
 */
final class V2Value {

    private enum Level {
        REPETITION,
        COMPONENT,
        SUBCOMPONENT
    }

    /** An explicit null: the sender asks to delete what is stored. A result message has nothing to delete. */
    private static final String NULL = "\"\"";

    private final String raw;
    private final Level level;
    private final EscapeDecoder decoder;
    private final String position;

    private V2Value(String raw, Level level, EscapeDecoder decoder, String position) {
        this.raw = raw;
        this.level = level;
        this.decoder = decoder;
        this.position = position;
    }

    static V2Value repetition(String raw, EscapeDecoder decoder, String position) {
        return new V2Value(raw, Level.REPETITION, decoder, position);
    }

    /** A value that stands in a mapping, not in a message. */
    static V2Value literal(String text) {
        Delimiters none = new Delimiters('\0', '\0', '\0', '\0', '\0');
        return new V2Value(text, Level.SUBCOMPONENT, new EscapeDecoder(none, StandardCharsets.UTF_8), "");
    }

    /** Returns the component of a repetition or the subcomponent of a component, counted from 1; empty if not sent. */
    V2Value part(int number) {
        if (level == Level.SUBCOMPONENT) {
            return number == 1 ? this : new V2Value("", level, decoder, position);
        }
        Level inner = level == Level.REPETITION ? Level.COMPONENT : Level.SUBCOMPONENT;
        return new V2Value(slice(raw, separator(), number), inner, decoder, position);
    }

    /** Returns the decoded text of the first part of the first part, which is all there is of a simple value. */
    String text() {
        if (isNull()) {
            return "";
        }
        return level == Level.SUBCOMPONENT ? decoder.decode(raw).strip() : part(1).text();
    }

    /** Returns the decoded text with all its parts and the separators between them, for what is text or unknown. */
    String whole() {
        return isNull() ? "" : decoder.decode(raw);
    }

    /** Returns the text as it was sent, undecoded. */
    String raw() {
        return raw;
    }

    boolean isValued() {
        return !raw.isBlank() && !isNull();
    }

    /** Says where in the message this value stands, without saying what it is: {@code OBX-5 in line 7}. */
    String position() {
        return position;
    }

    private boolean isNull() {
        return raw.equals(NULL);
    }

    private char separator() {
        return level == Level.REPETITION
                ? decoder.delimiters().component()
                : decoder.delimiters().subcomponent();
    }

    static String slice(String text, char separator, int number) {
        int start = 0;
        for (int skipped = 1; skipped < number; skipped++) {
            int next = text.indexOf(separator, start);
            if (next < 0) {
                return "";
            }
            start = next + 1;
        }
        int end = text.indexOf(separator, start);
        return end < 0 ? text.substring(start) : text.substring(start, end);
    }
}
