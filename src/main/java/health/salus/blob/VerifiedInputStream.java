package health.salus.blob;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * All bytes of an object, of which the last ones are given only if the digest of them all is the right one: whoever reads
 * changed content never gets it whole.
 */
final class VerifiedInputStream extends FilterInputStream {

    private final Digesting digesting = new Digesting();
    private final long size;
    private final Sha256 expected;
    private final Runnable onMismatch;
    private boolean complete;

    /** @param onMismatch runs once, before the reader is told */
    VerifiedInputStream(InputStream source, long size, Sha256 expected, Runnable onMismatch) {
        super(source);
        this.size = size;
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
            digesting.add(buffer, offset, count);
        }
        if (!complete && digesting.size() == size) {
            verify();
        }
        return count;
    }

    @Override
    public long skip(long count) {
        // Bytes that are skipped would be missing from the digest; the caller reads them instead.
        return 0;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void verify() throws IOException {
        complete = true;
        if (!digesting.finish().sha256().equals(expected)) {
            onMismatch.run();
            throw new IOException("The store gave back something else than was stored");
        }
    }
}
