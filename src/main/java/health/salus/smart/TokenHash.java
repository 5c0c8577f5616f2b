package health.salus.smart;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * What is kept of a secret that was handed out: enough to know it again, and no use to whoever reads the database.
 *
 * <p>The secrets are long and random, so a plain digest is as good as a slow one, and can be looked up.
 */
final class TokenHash {

    // Nothing that is handed out begins like this, so a hash is never taken for a secret nor hashed twice.
    private static final String PREFIX = "sha256:";

    private TokenHash() {}

    static String of(String secret) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the hash of a secret, or the hash itself where that is given. */
    static String ofUnlessHashed(String value) {
        return value.startsWith(PREFIX) ? value : of(value);
    }
}
