package health.salus.blob;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * All bytes of an object, of which the last ones are given only if the digest of them all is the right one: whoever reads
 * changed content never gets it whole. It computes the one digest that it compares, since that costs most of what a read costs.
 */
final class VerifiedInputStream extends FilterInputStream {

    private final MessageDigest digest = Digesting.sha256();
    private final Sha256 expected;
    private final Runnable onMismatch;
    private long remaining;
    private boolean complete;

    /** @param onMismatch runs once, before the reader is told */
    VerifiedInputStream(InputStream source, long size, Sha256 expected, Runnable onMismatch) {
        super(source);
        this.remaining = size;
        this.expected = expected;
        this.onMismatch = onMismatch;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count > 0) {
            digest.update(buffer, offset, count);
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

    @Override
    public long skip(long count) {
        // Bytes that are skipped would be missing from the digest.
        return 0;
    }

    @Override
    public boolean markSupported() {
        // Going back to a mark would hash bytes twice.
        return false;
    }
}
