package health.salus.mapping;

import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Turns escape sequences into the text they stand for.
 *
 * <p>Line commands become line breaks, highlighting is dropped, hexadecimal bytes are read in the message's character
 * set. What is not understood (local {@code \Z..\}, character set switches, a lone escape character) stays as it is,
 * because text that looks odd is better than text that is gone.
 *
 * @see <a href="http://www.hl7.eu/HL7v2x/v251/std251/ch02.html">HL7 v2.5.1, 2.7 Use of escape sequences in text fields</a>
 */
record EscapeDecoder(Delimiters delimiters, Charset charset) {

    // FHIR strings and PostgreSQL texts hold no control characters but tab, line feed and carriage return.
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]");
    private static final Pattern LINE_COMMAND = Pattern.compile("\\.(br|sp|ce)[+]?\\d*");
    private static final Pattern LAYOUT_COMMAND = Pattern.compile("\\.(in|ti|sk|fi|nf)[+-]?\\d*");
    private static final Pattern HEXADECIMAL = Pattern.compile("X([0-9A-Fa-f]{2})+");

    String decode(String raw) {
        String text = raw.indexOf(delimiters.escape()) < 0 ? raw : replaceSequences(raw);
        // Hardly any text holds a control character, and looking is far cheaper than replacing.
        return !hasControl(text)
                ? text
                : CONTROL.matcher(text).replaceAll("").replace("\r\n", "\n").replace('\r', '\n');
    }

    private static boolean hasControl(String text) {
        for (int index = 0; index < text.length(); index++) {
            if (text.charAt(index) < ' ') {
                return true;
            }
        }
        return false;
    }

    private String replaceSequences(String raw) {
        StringBuilder text = new StringBuilder(raw.length());
        int position = 0;
        while (position < raw.length()) {
            int start = raw.indexOf(delimiters.escape(), position);
            int end = start < 0 ? -1 : raw.indexOf(delimiters.escape(), start + 1);
            if (end < 0) {
                break;
            }
            text.append(raw, position, start);
            Optional<String> decoded = sequence(raw.substring(start + 1, end));
            // An escape character that opens no known sequence is text; the next one may open one.
            text.append(decoded.orElse(raw.substring(start, end)));
            position = decoded.isPresent() ? end + 1 : end;
        }
        return text.append(raw, position, raw.length()).toString();
    }

    private Optional<String> sequence(String name) {
        return switch (name) {
            case "F" -> Optional.of(String.valueOf(delimiters.field()));
            case "S" -> Optional.of(String.valueOf(delimiters.component()));
            case "T" -> Optional.of(String.valueOf(delimiters.subcomponent()));
            case "R" -> Optional.of(String.valueOf(delimiters.repetition()));
            case "E" -> Optional.of(String.valueOf(delimiters.escape()));
            case "H", "N" -> Optional.of("");
            default -> command(name);
        };
    }

    private Optional<String> command(String name) {
        if (LINE_COMMAND.matcher(name).matches()) {
            return Optional.of("\n");
        }
        if (LAYOUT_COMMAND.matcher(name).matches()) {
            return Optional.of(" ");
        }
        if (HEXADECIMAL.matcher(name).matches()) {
            return Optional.of(new String(HexFormat.of().parseHex(name.substring(1)), charset));
        }
        return Optional.empty();
    }
}
