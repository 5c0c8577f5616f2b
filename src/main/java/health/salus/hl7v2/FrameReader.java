package health.salus.hl7v2;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
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

    /** Sets how long a read may wait; zero is for ever. */
    interface Patience {
        void set(Duration limit) throws SocketException;
    }

    private final PushbackInputStream input;
    private final Patience patience;
    private final int maximum;
    private final Duration timeout;

    /**
     * Makes a reader.
     *
     * @param maximum the longest message, in bytes
     * @param timeout how long a sender may pause inside a frame
     */
    FrameReader(InputStream input, Patience patience, int maximum, Duration timeout) {
        this.input = new PushbackInputStream(new BufferedInputStream(input, 65_536));
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
        int read = input.read();
        while (read != START && read != NOTHING) {
            read = input.read();
        }
        return read == START;
    }

    /** Reads the frame that has started. */
    Frame readFrame() throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        patience.set(timeout);
        try {
            for (int read = input.read(); read != NOTHING; read = input.read()) {
                if (read == END && isEnd()) {
                    return new Frame(Frame.Kind.COMPLETE, content.toByteArray());
                }
                content.write(read);
                if (content.size() > maximum) {
                    return new Frame(Frame.Kind.TOO_LARGE, content.toByteArray());
                }
            }
            return new Frame(Frame.Kind.ABORTED, content.toByteArray());
        } catch (SocketTimeoutException paused) {
            return new Frame(Frame.Kind.UNFINISHED, content.toByteArray());
        }
    }

    private boolean isEnd() throws IOException {
        patience.set(AFTER_END);
        try {
            int next = input.read();
            if (next == NOTHING || next == '\r' || next == '\n') {
                return true;
            }
            input.unread(next);
            return next == START;
        } catch (SocketTimeoutException silence) {
            return true;
        } finally {
            patience.set(timeout);
        }
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
