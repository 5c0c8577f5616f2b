package health.salus.hl7v2;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;

/** One sender: its frames are answered one after the other, in order, for as long as it stays connected. */
final class MllpConnection implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(MllpConnection.class);
    private static final Duration FAREWELL = Duration.ofSeconds(10);
    private static final Duration GATE_PAUSE = Duration.ofMillis(100);
    private static final byte[] START = {0x0B};
    private static final byte[] END = {0x1C, '\r'};

    private final Socket socket;
    private final FrameReader frames;
    private final MessageReceiver receiver;
    private final IntakeGate gate;
    private final Duration timeout;
    private final OwedAnswers owed;
    private volatile boolean closing;
    private volatile boolean idle = true;

    MllpConnection(Socket socket, MessageReceiver receiver, IntakeGate gate, int maximum, Duration timeout)
            throws IOException {
        this.socket = socket;
        this.receiver = receiver;
        this.gate = gate;
        this.timeout = timeout;
        this.owed = new OwedAnswers(receiver::outcomes);
        this.frames = new FrameReader(
                socket.getInputStream(),
                limit -> socket.setSoTimeout(Math.toIntExact(limit.toMillis())),
                maximum,
                timeout);
    }

    @Override
    public void run() {
        try (socket) {
            shakeHands();
            while (awaitRoom() && awaitFrame()) {
                answer(frames.readFrame());
            }
        } catch (SSLException refused) {
            LOG.warn("An MLLP connection without a trusted certificate or with a broken one has ended");
        } catch (IOException lost) {
            LOG.debug("Lost an MLLP connection", lost);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does at once what TLS would do at the first byte, which may take for ever to come. */
    private void shakeHands() throws IOException {
        if (socket instanceof SSLSocket secured) {
            secured.setSoTimeout(Math.toIntExact(timeout.toMillis()));
            secured.startHandshake();
        }
    }

    /** Leaves the sender's bytes in its socket while too many messages wait; false once the connection is to end. */
    private boolean awaitRoom() throws InterruptedException, IOException {
        while (!closing && !gate.isOpen()) {
            send(owed.due());
            Thread.sleep(GATE_PAUSE.toMillis());
        }
        return !closing;
    }

    private boolean awaitFrame() throws IOException {
        idle = true;
        try {
            while (true) {
                send(owed.due());
                try {
                    return frames.awaitFrame(owed.patience());
                } catch (SocketTimeoutException nothingYet) {
                    LOG.trace("A sender in enhanced mode waits for its second answer");
                }
            }
        } finally {
            idle = false;
        }
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

    private void send(Reply reply) throws IOException {
        send(reply.messages());
        reply.awaited().ifPresent(owed::add);
    }

    private void send(List<byte[]> messages) throws IOException {
        if (messages.isEmpty()) {
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            bytes.write(START);
            bytes.write(message);
            bytes.write(END);
        }
        OutputStream output = socket.getOutputStream();
        output.write(bytes.toByteArray());
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
