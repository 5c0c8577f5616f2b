package health.salus.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.nio.charset.StandardCharsets;

/**
 * How far the chain had come at a certain time, signed and kept outside the database: who cuts rows off its end, or writes
 * it anew from the beginning, cannot change this.
 *
 * @param seq       number of the last row, at least 1
 * @param hash      its hash, 64 hexadecimal digits
 * @param at        when, ISO 8601 in UTC
 * @param publicKey X.509 SubjectPublicKeyInfo of the Ed25519 key, base64
 * @param signature Ed25519 over {@code salus-audit-checkpoint}, number, hash and time, with line breaks between; base64
 */
record Checkpoint(long seq, String hash, String at, String publicKey, String signature) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Checkpoint sign(ChainLink link, String at, CheckpointKey key) {
        return new Checkpoint(
                link.seq(), link.hex(), at, key.publicKey(), key.sign(content(link.seq(), link.hex(), at)));
    }

    /** Tells whether this server has made it. */
    boolean isOf(CheckpointKey key) {
        return key.verifies(content(seq, hash, at), signature);
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads a checkpoint; throws {@link JsonProcessingException} if the text is none. */
    static Checkpoint read(String json) throws JsonProcessingException {
        return JSON.readValue(json, Checkpoint.class);
    }

    private static byte[] content(long seq, String hash, String at) {
        return String.join("\n", "salus-audit-checkpoint", String.valueOf(seq), hash, at)
                .getBytes(StandardCharsets.UTF_8);
    }
}
