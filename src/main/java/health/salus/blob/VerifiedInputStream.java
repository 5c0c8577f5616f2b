package health.salus.blob;

import java.io.IOException;
import java.io.InputStream;

/**
 * All bytes of an object, of which the last ones are given only if the digest of them all is the right one: whoever reads
 * changed content never gets it whole.
 */
final class VerifiedInputStream extends DigestingInputStream {

    private final Digesting digesting;
    private final long size;
    private final Sha256 expected;
    private final Runnable onMismatch;
    private boolean complete;

    /** @param onMismatch runs once, before the reader is told */
    VerifiedInputStream(InputStream source, long size, Sha256 expected, Runnable onMismatch) {
        this(source, size, expected, onMismatch, new Digesting());
    }

    private VerifiedInputStream(
            InputStream source, long size, Sha256 expected, Runnable onMismatch, Digesting digesting) {
        super(source, digesting);
        this.digesting = digesting;
        this.size = size;
        this.expected = expected;
        this.onMismatch = onMismatch;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (!complete && digesting.size() == size) {
            verify();
        }
        return count;
    }

    private void verify() throws IOException {
        complete = true;
        if (!digesting.finish().sha256().equals(expected)) {
            onMismatch.run();
            throw new IOException("The store gave back something else than was stored");
        }
    }
}
