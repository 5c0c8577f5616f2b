package health.salus.blob;

import health.salus.secret.PrivateFile;
import health.salus.tenant.TenantId;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys that wrap the keys of the tenants, from a file that no database and no bucket has. A new first line is a new key: all
 * others are wrapped anew with it at the next start, and then the old line may go.
 */
final class MasterKeys {

    private static final Pattern LINE = Pattern.compile("(?<name>[A-Za-z0-9._-]{1,64})\\s+(?<key>[0-9a-f]{64})");
    private static final int KEY = 32;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, SecretKeySpec> keys;
    private final String current;

    private MasterKeys(Map<String, SecretKeySpec> keys) {
        this.keys = keys;
        this.current = keys.keySet().iterator().next();
    }

    /** Reads the file; nothing if it does not exist. */
    static Optional<MasterKeys> read(PrivateFile file) {
        return file.read().map(MasterKeys::parse);
    }

    /** Reads the file, and makes it first if it does not exist. */
    static MasterKeys readOrCreate(PrivateFile file) {
        return parse(file.readOrCreate(
                () -> HexFormat.of().formatHex(random(4)) + " " + HexFormat.of().formatHex(random(KEY)) + "\n"));
    }

    /** @throws IllegalStateException if a line is anything else than a name and a key; the message does not quote it */
    static MasterKeys parse(String text) {
        Map<String, SecretKeySpec> keys = new LinkedHashMap<>();
        text.lines().map(String::strip).filter(it -> !it.isEmpty()).forEach(line -> {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalStateException(
                        "Each line of the master keys has a name, a space and 64 hexadecimal digits");
            }
            keys.put(matcher.group("name"), aes(HexFormat.of().parseHex(matcher.group("key"))));
        });
        if (keys.isEmpty()) {
            throw new IllegalStateException("The file of the master keys is empty");
        }
        return new MasterKeys(keys);
    }

    /** The name of the key that wraps. */
    String current() {
        return current;
    }

    boolean has(String name) {
        return keys.containsKey(name);
    }

    /** A new random key of 256 bits. */
    static byte[] newKey() {
        return random(KEY);
    }

    /** Wraps the key of a tenant with the current master key, bound to its tenant and its id: nonce, ciphertext and tag. */
    byte[] wrap(TenantId tenant, UUID id, byte[] key) {
        try {
            byte[] nonce = random(NONCE);
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, current, nonce, tenant, id);
            byte[] sealed = cipher.doFinal(key);
            return ByteBuffer.allocate(NONCE + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has AES-GCM", e);
        }
    }

    /** @throws IllegalStateException if the key was wrapped with another master key, or for another tenant */
    byte[] unwrap(TenantId tenant, UUID id, String name, byte[] wrapped) {
        if (!has(name)) {
            throw new IllegalStateException("The key " + id + " of tenant " + tenant
                    + " is wrapped with the master key " + name + ", which is not here");
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(wrapped);
            byte[] nonce = new byte[NONCE];
            bytes.get(nonce);
            byte[] sealed = new byte[bytes.remaining()];
            bytes.get(sealed);
            return cipher(Cipher.DECRYPT_MODE, name, nonce, tenant, id).doFinal(sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "The key " + id + " of tenant " + tenant + " is not what was wrapped with the master key " + name,
                    e);
        }
    }

    private Cipher cipher(int mode, String name, byte[] nonce, TenantId tenant, UUID id)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, keys.get(name), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((tenant + "/" + id).getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }

    static SecretKeySpec aes(byte[] key) {
        return new SecretKeySpec(key, "AES");
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
