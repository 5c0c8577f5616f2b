package health.salus.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A place in the chain: how many rows there are up to it, and a hash over all of them.
 *
 * @param seq  number of the row, from 1 without gaps; 0 before the first
 * @param hash SHA-256 over the hash before, the number (8 bytes) and the content (UTF-8)
 */
record ChainLink(long seq, byte[] hash) {

    private static final int HASH_BYTES = 32;

    /** Where the chain begins. */
    static final ChainLink START = new ChainLink(0, new byte[HASH_BYTES]);

    /** Returns the link that a row with this content makes behind this one. */
    ChainLink next(String content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(hash);
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seq + 1).array());
            return new ChainLink(seq + 1, digest.digest(content.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String hex() {
        return HexFormat.of().formatHex(hash);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChainLink link && link.seq == seq && Arrays.equals(link.hash, hash);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(seq);
    }
}
