package health.salus.blob;

import java.io.IOException;
import java.io.InputStream;

/** Bytes that come in frames, of which each is there as a whole before the first byte of it is given. */
abstract class FrameInputStream extends InputStream {

    /** What {@link #nextFrame} returns when there is none. */
    static final byte[] END = new byte[0];

    private byte[] frame = END;
    private int position;
    private boolean ended;

    /** The next frame, which may be empty, or {@link #END} itself. */
    abstract byte[] nextFrame() throws IOException;

    /** Gets the first frame, so that what is wrong with it is known before any byte is given. */
    final void begin() throws IOException {
        advance();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position == frame.length && !ended) {
            advance();
        }
        if (ended) {
            return -1;
        }
        int count = Math.min(length, frame.length - position);
        System.arraycopy(frame, position, buffer, offset, count);
        position += count;
        return count;
    }

    @SuppressWarnings("ReferenceEquality")
    private void advance() throws IOException {
        frame = nextFrame();
        position = 0;
        ended = frame == END;
    }
}
