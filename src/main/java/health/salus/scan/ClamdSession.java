package health.salus.scan;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One scan by clamd's {@code INSTREAM}: blocks, each with its length before it, an empty one at the end, then one line of
 * answer. Whatever goes wrong ends the scan and not the reading of the content.
 *
 * @see <a href="https://docs.clamav.net/manual/Usage/Scanning.html#clamd">clamd</a>
 */
final class ClamdSession {

    private static final byte[] COMMAND = "zINSTREAM\0".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_ANSWER = 4096;
    private static final String CLEAN = "stream: OK";
    private static final String FOUND = " FOUND";

    private final PatientChannel channel;
    private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    private String failure = "";

    private ClamdSession(PatientChannel channel) {
        this.channel = channel;
    }

    /** Connects; if nobody answers, the session says so in its verdict. */
    static ClamdSession open(String host, int port, Duration timeout) {
        ClamdSession session = new ClamdSession(new PatientChannel(timeout));
        try {
            session.channel.connect(host, port);
            session.channel.write(ByteBuffer.wrap(COMMAND));
        } catch (IOException e) {
            session.fail(describe(e));
        }
        return session;
    }

    /** Sends some bytes; does nothing once the session has failed. */
    void send(byte[] buffer, int offset, int count) {
        if (channel.isOpen()) {
            try {
                channel.write(lengthOf(count));
                channel.write(ByteBuffer.wrap(buffer, offset, count));
            } catch (IOException e) {
                // clamd closes the connection in the middle when it has had enough, and says so before.
                fail(answerOr(e));
            }
        }
    }

    /** Ends the content and waits for the answer. */
    ScanVerdict verdict() {
        if (!channel.isOpen()) {
            return ScanVerdict.unknown(failure);
        }
        try {
            channel.write(lengthOf(0));
            return verdict(answer());
        } catch (IOException e) {
            return ScanVerdict.unknown(answerOr(e));
        } finally {
            close();
        }
    }

    void close() {
        channel.close();
    }

    private static ScanVerdict verdict(String answer) {
        if (answer.equals(CLEAN)) {
            return ScanVerdict.CLEAN;
        }
        return answer.endsWith(FOUND)
                ? ScanVerdict.infected(answer.substring(answer.indexOf(':') + 1, answer.length() - FOUND.length())
                        .strip())
                : ScanVerdict.unknown(answer);
    }

    /** Reads to the NUL at the end of the answer. */
    private String answer() throws IOException {
        StringBuilder answer = new StringBuilder();
        for (int next = channel.read(); next != 0; next = channel.read()) {
            if (next < 0 || answer.length() == LONGEST_ANSWER) {
                throw new EOFException("clamd broke off its answer");
            }
            answer.append((char) next);
        }
        return answer.toString().strip();
    }

    private String answerOr(IOException failed) {
        if (failed instanceof SocketTimeoutException) {
            return describe(failed);
        }
        try {
            return answer();
        } catch (IOException e) {
            return describe(failed);
        }
    }

    private void fail(String why) {
        failure = why;
        close();
    }

    private ByteBuffer lengthOf(int count) {
        return length.clear().putInt(count).flip();
    }

    private static String describe(IOException cause) {
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
