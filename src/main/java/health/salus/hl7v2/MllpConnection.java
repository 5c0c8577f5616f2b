package health.salus.hl7v2;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/** One sender: its frames are answered one after the other, in order, for as long as it stays connected. */
final class MllpConnection implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(MllpConnection.class);
    private static final Duration FAREWELL = Duration.ofSeconds(10);
    private static final byte[] START = {0x0B};
    private static final byte[] END = {0x1C, '\r'};

    private final Socket socket;
    private final FrameReader frames;
    private final MessageReceiver receiver;
    private volatile boolean closing;
    private volatile boolean idle = true;

    MllpConnection(Socket socket, MessageReceiver receiver, int maximum, Duration timeout) throws IOException {
        this.socket = socket;
        this.receiver = receiver;
        this.frames = new FrameReader(
                socket.getInputStream(),
                limit -> socket.setSoTimeout(Math.toIntExact(limit.toMillis())),
                maximum,
                timeout);
    }

    @Override
    public void run() {
        try (socket) {
            while (!closing && awaitFrame()) {
                answer(frames.readFrame());
            }
        } catch (IOException lost) {
            LOG.debug("Lost an MLLP connection", lost);
        }
    }

    private boolean awaitFrame() throws IOException {
        idle = true;
        boolean started = frames.awaitFrame();
        idle = false;
        return started;
    }

    private void answer(Frame frame) throws IOException {
        switch (frame.kind()) {
            case COMPLETE -> send(receiver.receive(frame.content()));
            case TOO_LARGE -> refuse(frame, Refusal.TOO_LARGE);
            case UNFINISHED -> refuse(frame, Refusal.UNFINISHED);
            case ABORTED -> {
                LOG.info("A sender hung up inside a frame bytes={}", frame.content().length);
                closing = true;
            }
        }
    }

    private void refuse(Frame frame, Refusal refusal) throws IOException {
        closing = true;
        send(receiver.refuse(frame.content(), refusal));
        socket.shutdownOutput();
        // Closing while bytes of the sender are unread resets the connection, and the answer would be lost with it.
        frames.drain(FAREWELL);
    }

    private void send(byte[] answer) throws IOException {
        byte[] frame = new byte[START.length + answer.length + END.length];
        System.arraycopy(START, 0, frame, 0, START.length);
        System.arraycopy(answer, 0, frame, START.length, answer.length);
        System.arraycopy(END, 0, frame, START.length + answer.length, END.length);
        OutputStream output = socket.getOutputStream();
        output.write(frame);
        output.flush();
    }

    /** Ends the connection, after the answer to the frame that has started if there is one. */
    void closeWhenAnswered() {
        closing = true;
        if (idle) {
            close();
        }
    }

    /** Ends the connection at once. */
    void close() {
        try {
            socket.close();
        } catch (IOException alreadyLost) {
            LOG.debug("Could not close an MLLP connection", alreadyLost);
        }
    }
}
