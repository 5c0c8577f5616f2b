package health.salus.hl7v2;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

/** A sender that can be as careless as real ones. */
final class MllpClient implements AutoCloseable {

    static final String START = "\u000B";
    static final String END = "\u001C";

    private final Socket socket;

    MllpClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    MllpClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(15_000);
    }

    static String frame(String message) {
        return START + message + END + "\r";
    }

    /** Sends a message in a frame and returns the content of the answer. */
    String ask(String message) throws IOException {
        send(frame(message));
        return answer();
    }

    MllpClient send(String bytes) throws IOException {
        return send(bytes, StandardCharsets.UTF_8);
    }

    MllpClient send(String bytes, Charset charset) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(charset));
        socket.getOutputStream().flush();
        return this;
    }

    /** Reads one answer and checks its frame. */
    String answer() throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        assertThat(socket.getInputStream().read()).isEqualTo(0x0B);
        for (int read = socket.getInputStream().read();
                read != 0x1C;
                read = socket.getInputStream().read()) {
            assertThat(read).as("a byte of the answer").isNotNegative();
            content.write(read);
        }
        assertThat(socket.getInputStream().read()).isEqualTo('\r');
        return content.toString(StandardCharsets.ISO_8859_1);
    }

    /** Sends no more and reads all that comes until the server closes as well. */
    String remainingAnswers() throws IOException {
        hangUpSending();
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    void hangUpSending() throws IOException {
        socket.shutdownOutput();
    }

    boolean isClosedByServer() throws IOException {
        try {
            return socket.getInputStream().read() == -1;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
