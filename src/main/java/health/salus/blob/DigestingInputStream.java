package health.salus.blob;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Digests what is read through it, so that no byte is read only to be hashed. */
class DigestingInputStream extends FilterInputStream {

    /** Takes what is read, in its order. */
    interface Digest {
        void add(byte[] buffer, int offset, int length);
    }

    private final Digest digesting;

    DigestingInputStream(InputStream source, Digest digesting) {
        super(source);
        this.digesting = digesting;
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
        return count;
    }

    @Override
    public long skip(long count) {
        // Bytes that are skipped would be missing from the digest.
        return 0;
    }

    @Override
    public boolean markSupported() {
        // Going back to a mark would hash bytes twice; a reader that wants them again opens the content again.
        return false;
    }
}
