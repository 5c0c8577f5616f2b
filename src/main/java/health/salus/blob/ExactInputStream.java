package health.salus.blob;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Gives exactly the promised number of bytes or fails, so that truncated content is never taken for all of it. */
final class ExactInputStream extends InputStream {

    private final InputStream source;
    private final boolean whole;
    private long remaining;

    private ExactInputStream(InputStream source, long length, boolean whole) {
        this.source = source;
        this.remaining = length;
        this.whole = whole;
    }

    /** Reads the first bytes of a source that may go on after them. */
    static InputStream partOf(InputStream source, long length) {
        return new ExactInputStream(source, length, false);
    }

    /** Reads all of a source, which must end after these bytes. */
    static InputStream wholeOf(InputStream source, long length) throws IOException {
        ExactInputStream stream = new ExactInputStream(source, length, true);
        if (length == 0) {
            stream.refuseMore();
        }
        return stream;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        if (remaining == 0) {
            refuseMore();
            return -1;
        }
        int count = source.read(buffer, offset, (int) Math.min(length, remaining));
        if (count < 0) {
            throw new EOFException("Content ended " + remaining + " bytes early");
        }
        remaining -= count;
        if (remaining == 0) {
            // Now and not at the next read: a consumer that knows the length does not read on.
            refuseMore();
        }
        return count;
    }

    private void refuseMore() throws IOException {
        if (whole && source.read() >= 0) {
            throw new IOException("Content is longer than it says");
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
