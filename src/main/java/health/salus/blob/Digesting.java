package health.salus.blob;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** One reading of some content from its start, and the digests of what was read so far. */
final class Digesting implements DigestingInputStream.Digest {

    private final MessageDigest sha256 = sha256();
    private final MessageDigest sha1 = digest("SHA-1");
    private final PieceDigesting pieces = new PieceDigesting();
    private long size;

    @Override
    public void add(byte[] buffer, int offset, int length) {
        sha256.update(buffer, offset, length);
        sha1.update(buffer, offset, length);
        pieces.add(buffer, offset, length);
        size += length;
    }

    long size() {
        return size;
    }

    /** Ends the reading: nothing can be added afterwards. */
    ContentDigests finish() {
        return new ContentDigests(size, Sha256.of(sha256.digest()), Sha1.of(sha1.digest()), pieces.finish());
    }

    static MessageDigest sha256() {
        return digest("SHA-256");
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has " + algorithm, e);
        }
    }
}
