package health.salus.blob;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-1 of some content. Salus trusts {@link Sha256} alone; this one exists because FHIR R4 asks for it.
 *
 * @param hex 40 hexadecimal digits in lower case
 * @see <a href="https://hl7.org/fhir/R4/datatypes-definitions.html#Attachment.hash">Attachment.hash</a>
 */
public record Sha1(String hex) {

    private static final Pattern SYNTAX = Pattern.compile("[0-9a-f]{40}");

    public Sha1 {
        if (!SYNTAX.matcher(hex).matches()) {
            throw new IllegalArgumentException("A SHA-1 is 40 hexadecimal digits in lower case");
        }
    }

    static Sha1 of(byte[] digest) {
        return new Sha1(HexFormat.of().formatHex(digest));
    }

    /** The 20 bytes of the digest, as {@code Attachment.hash} carries them. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
