package health.salus.hl7v2;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Reads frames, {@code VT message FS CR}, from a sender that may be careless about them.
 *
 * <p>Bytes between frames are skipped. An FS ends a frame when a carriage return, a line feed, the next frame, silence or the
 * end of the stream follows; before anything else it is content, as some character sets have it.
 *
 * @see <a href="https://www.hl7.org/documentcenter/public/wg/inm/mllp_transport_specification.PDF">MLLP, release 1</a>
 */
final class FrameReader {

    private static final int START = 0x0B;
    private static final int END = 0x1C;
    private static final int NOTHING = -1;

    /** How long the byte after an FS may take. Senders that leave it out wait for their answer at this moment. */
    private static final Duration AFTER_END = Duration.ofSeconds(2);

    /** A sender may pause, but not for ever: whoever drips bytes has so many pauses, and the time that a slow line takes. */
    private static final int PAUSES = 5;

    private static final long NANOSECONDS_PER_BYTE = 100_000;

    /** Sets how long a read may wait; zero is for ever. */
    interface Patience {
        void set(Duration limit) throws SocketException;
    }

    private final InputStream input;
    private final Patience patience;
    private final int maximum;
    private final Duration timeout;
    private final byte[] buffer = new byte[65_536];
    private int position;
    private int filled;

    /**
     * Makes a reader.
     *
     * @param maximum the longest message, in bytes
     * @param timeout how long a sender may pause inside a frame; all pauses together may take five times as long
     */
    FrameReader(InputStream input, Patience patience, int maximum, Duration timeout) {
        this.input = input;
        this.patience = patience;
        this.maximum = maximum;
        this.timeout = timeout;
    }

    /**
     * Waits until a frame starts; false at the end of the stream.
     *
     * @param limit how long to wait for each byte; zero is for ever
     * @throws SocketTimeoutException if none came; the next call goes on waiting
     */
    boolean awaitFrame(Duration limit) throws IOException {
        patience.set(limit);
        int read = read();
        while (read != START && read != NOTHING) {
            read = read();
        }
        return read == START;
    }

    /** Reads the frame that has started. */
    Frame readFrame() throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        long start = System.nanoTime();
        patience.set(timeout);
        try {
            while (hasMore(start, content.size())) {
                int end = indexOfEnd();
                content.write(buffer, position, end - position);
                position = end;
                if (content.size() > maximum) {
                    return new Frame(Frame.Kind.TOO_LARGE, content.toByteArray());
                }
                if (position < filled) {
                    position++;
                    if (isEnd()) {
                        return new Frame(Frame.Kind.COMPLETE, content.toByteArray());
                    }
                    content.write(END);
                }
            }
            return new Frame(Frame.Kind.ABORTED, content.toByteArray());
        } catch (SocketTimeoutException paused) {
            return new Frame(Frame.Kind.UNFINISHED, content.toByteArray());
        }
    }

    private boolean hasMore(long start, int size) throws IOException {
        if (position < filled) {
            return true;
        }
        if (System.nanoTime() - start > timeout.toNanos() * PAUSES + size * NANOSECONDS_PER_BYTE) {
            throw new SocketTimeoutException("The frame takes too long");
        }
        return fill();
    }

    private int indexOfEnd() {
        int end = position;
        while (end < filled && buffer[end] != END) {
            end++;
        }
        return end;
    }

    private boolean isEnd() throws IOException {
        if (position == filled) {
            patience.set(AFTER_END);
        }
        try {
            int next = read();
            if (next == NOTHING || next == '\r' || next == '\n') {
                return true;
            }
            position--;
            return next == START;
        } catch (SocketTimeoutException silence) {
            return true;
        } finally {
            patience.set(timeout);
        }
    }

    private int read() throws IOException {
        return position < filled || fill() ? buffer[position++] & 0xFF : NOTHING;
    }

    /** Waits for the next bytes; false at the end of the stream. */
    private boolean fill() throws IOException {
        int count = input.read(buffer);
        position = 0;
        filled = Math.max(count, 0);
        return filled > 0;
    }

    /** Throws away what comes for a while, so that a sender in the middle of a long message can read its answer. */
    void drain(Duration limit) throws IOException {
        patience.set(limit);
        long end = System.nanoTime() + limit.toNanos();
        byte[] discarded = new byte[65_536];
        try {
            while (System.nanoTime() < end && input.read(discarded) != NOTHING) {
                // Reading is all there is to do.
            }
        } catch (SocketTimeoutException enough) {
            return;
        }
    }
}
