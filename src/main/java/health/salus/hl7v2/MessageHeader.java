package health.salus.hl7v2;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an answer needs to know of a message: its MSH segment.
 *
 * <p>The bytes are read as ISO 8859-1, which loses none of them, so that what is echoed is what was sent whatever character
 * set it was in.
 *
 * @param separator the field separator, MSH-1
 * @param fields    the segment split at the separators; the first is {@code MSH}
 */
record MessageHeader(char separator, List<String> fields) {

    private static final int LONGEST = 16_384;
    private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";
    private static final Set<String> ACKNOWLEDGMENT_CONDITIONS = Set.of("AL", "NE", "ER", "SU");
    private static final Pattern START = Pattern.compile("MSH[^\\w\\s]");

    MessageHeader {
        fields = List.copyOf(fields);
    }

    /** Reads the header of a message, or nothing if it does not begin with one. */
    static Optional<MessageHeader> read(byte[] message) {
        String text = new String(message, 0, Math.min(message.length, LONGEST), StandardCharsets.ISO_8859_1);
        String start =
                (text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text).stripLeading();
        if (!START.matcher(start).lookingAt()) {
            return Optional.empty();
        }
        char separator = start.charAt(3);
        String segment = start.split("[\r\n]", 2)[0];
        return Optional.of(new MessageHeader(
                separator, Arrays.asList(segment.split(Pattern.quote(String.valueOf(separator)), -1))));
    }

    /** Returns a field as it was sent, counted as HL7 counts: MSH-2 holds the encoding characters. */
    String field(int number) {
        return number <= fields.size() ? fields.get(number - 1) : "";
    }

    /** Returns a component of a field's first repetition. */
    String component(int field, int number) {
        String repetition = split(field(field), repetitionSeparator())[0];
        String[] components = split(repetition, componentSeparator());
        return number <= components.length ? components[number - 1].strip() : "";
    }

    /** The message code, MSH-9.1, as in {@code ORU}. */
    String code() {
        return component(9, 1);
    }

    /** The trigger event, MSH-9.2, as in {@code R01}. */
    String event() {
        return component(9, 2);
    }

    String controlId() {
        return field(10);
    }

    char componentSeparator() {
        return encodingCharacter(0, '^');
    }

    char repetitionSeparator() {
        return encodingCharacter(1, '~');
    }

    char subcomponentSeparator() {
        return encodingCharacter(3, '&');
    }

    /** Tells whether ERR has the fields of version 2.5 and later. */
    boolean isVersion25OrLater() {
        return component(12, 1).compareTo("2.5") >= 0;
    }

    /**
     * Tells whether the sender asked for enhanced mode, in which it says which answers it wants. What is not in HL7 table
     * 0155 asks for nothing, so that a damaged header is still answered.
     */
    boolean isEnhanced() {
        return ACKNOWLEDGMENT_CONDITIONS.contains(field(15)) || ACKNOWLEDGMENT_CONDITIONS.contains(field(16));
    }

    private char encodingCharacter(int place, char otherwise) {
        return place < field(2).length() ? field(2).charAt(place) : otherwise;
    }

    private static String[] split(String text, char separator) {
        return text.split(Pattern.quote(String.valueOf(separator)), -1);
    }
}
