package health.salus.blob;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of some content, its identity; good as a strong ETag.
 *
 * @param hex 64 hexadecimal digits in lower case
 */
public record Sha256(String hex) {

    private static final Pattern SYNTAX = Pattern.compile("[0-9a-f]{64}");

    public Sha256 {
        if (!SYNTAX.matcher(hex).matches()) {
            throw new IllegalArgumentException("A SHA-256 is 64 hexadecimal digits in lower case");
        }
    }

    /** Its 32 bytes. */
    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    static Sha256 of(byte[] digest) {
        return new Sha256(HexFormat.of().formatHex(digest));
    }
}
