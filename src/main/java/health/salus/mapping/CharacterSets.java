package health.salus.mapping;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the character set of a message.
 *
 * <p>Bytes that are valid UTF-8 are read as UTF-8 whatever MSH-18 says: text in another set is hardly ever valid UTF-8 by
 * chance, while interfaces that declare one set and send another are common. Only then MSH-18 decides, and Windows-1252
 * is what a sender that declares nothing most often means.
 */
final class CharacterSets {

    private static final Charset LAST_RESORT = Charset.forName("windows-1252");

    // HL7 table 0211. The names are HL7's own, not the ones that Java knows.
    private static final Map<String, String> TABLE_0211 = Map.ofEntries(
            Map.entry("8859/1", "ISO-8859-1"),
            Map.entry("8859/2", "ISO-8859-2"),
            Map.entry("8859/3", "ISO-8859-3"),
            Map.entry("8859/4", "ISO-8859-4"),
            Map.entry("8859/5", "ISO-8859-5"),
            Map.entry("8859/6", "ISO-8859-6"),
            Map.entry("8859/7", "ISO-8859-7"),
            Map.entry("8859/8", "ISO-8859-8"),
            Map.entry("8859/9", "ISO-8859-9"),
            Map.entry("8859/15", "ISO-8859-15"),
            Map.entry("GB 18030-2000", "GB18030"),
            Map.entry("KS X 1001", "EUC-KR"),
            Map.entry("BIG-5", "Big5"));

    private CharacterSets() {}

    /** Finds the character set of a message whose first bytes are its header segment. */
    static Charset of(byte[] message) {
        if (isValid(message, StandardCharsets.UTF_8)) {
            return StandardCharsets.UTF_8;
        }
        return declared(message).filter(it -> isValid(message, it)).orElse(LAST_RESORT);
    }

    private static Optional<Charset> declared(byte[] message) {
        // Header and delimiters are ASCII in every character set that MLLP can carry.
        String start = new String(message, 0, Math.min(message.length, 4096), StandardCharsets.ISO_8859_1);
        String header = start.substring(start.indexOf("MSH")).split("[\\r\\n]", 2)[0];
        String first =
                V2Value.slice(header, header.charAt(3), 18).split("~", 2)[0].strip();
        return Optional.ofNullable(TABLE_0211.get(first))
                .filter(Charset::isSupported)
                .map(Charset::forName);
    }

    static boolean isValid(byte[] bytes, Charset charset) {
        try {
            charset.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException notThisOne) {
            return false;
        }
    }
}
