package health.salus.audit;

import health.salus.secret.PrivateFile;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What only this server knows: it seals rows, which somebody who can write to the database cannot do, and hides the values
 * of queries.
 */
final class AuditSecret {

    static final String FILE = "audit.key";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 32;
    private static final int DIGEST_BYTES = 12;

    private final SecretKeySpec sealing;
    private final SecretKeySpec hiding;
    private final String id;

    private AuditSecret(byte[] secret) {
        SecretKeySpec root = new SecretKeySpec(secret, ALGORITHM);
        this.sealing = new SecretKeySpec(mac(root, bytes("seal")), ALGORITHM);
        this.hiding = new SecretKeySpec(mac(root, bytes("query")), ALGORITHM);
        this.id = HexFormat.of().formatHex(mac(root, bytes("id")), 0, 8);
    }

    /** Returns the secret in this folder, after making it if there is none. */
    static AuditSecret in(Path folder) {
        return of(folder.resolve(FILE));
    }

    /** Returns the secret in this file, after making it if there is none. */
    static AuditSecret of(Path file) {
        String text = new PrivateFile(file).readOrCreate(AuditSecret::generate);
        return new AuditSecret(Base64.getDecoder().decode(text.strip()));
    }

    /** Returns a name for it that gives nothing away, 16 characters. */
    String id() {
        return id;
    }

    /** Returns 32 bytes that only this secret makes of this hash. */
    byte[] seal(byte[] hash) {
        return mac(sealing, hash);
    }

    /** Returns a digest of a value, by which equal values are recognised and nothing else. */
    String digest(String value) {
        byte[] digest = Arrays.copyOf(mac(hiding, bytes(value)), DIGEST_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }

    private static String generate() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return Base64.getEncoder().encodeToString(secret);
    }

    private static byte[] mac(SecretKeySpec key, byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
