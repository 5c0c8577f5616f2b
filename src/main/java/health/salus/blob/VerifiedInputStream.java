package health.salus.blob;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * All bytes of an object, of which the last ones are given only if the digest of them all is the right one: whoever reads
 * changed content never gets it whole. It computes the one digest that it compares, since that costs most of what a read costs.
 */
final class VerifiedInputStream extends DigestingInputStream {

    private final MessageDigest digest;
    private final Sha256 expected;
    private final Runnable onMismatch;
    private long remaining;
    private boolean complete;

    /** @param onMismatch runs once, before the reader is told */
    VerifiedInputStream(InputStream source, long size, Sha256 expected, Runnable onMismatch) {
        this(source, size, expected, onMismatch, Digesting.sha256());
    }

    private VerifiedInputStream(
            InputStream source, long size, Sha256 expected, Runnable onMismatch, MessageDigest digest) {
        super(source, digest::update);
        this.digest = digest;
        this.remaining = size;
        this.expected = expected;
        this.onMismatch = onMismatch;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count > 0) {
            remaining -= count;
        }
        if (!complete && remaining == 0) {
            verify();
        }
        return count;
    }

    private void verify() throws IOException {
        complete = true;
        if (!Sha256.of(digest.digest()).equals(expected)) {
            onMismatch.run();
            throw new IOException("The store gave back something else than was stored");
        }
    }
}
