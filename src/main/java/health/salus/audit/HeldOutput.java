package health.salus.audit;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The body of an answer, of which the beginning waits in memory. */
final class HeldOutput extends ServletOutputStream {

    private static final int MOST = 64 * 1024;

    private final AuditedResponse response;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(1024);
    private @Nullable ServletOutputStream client;
    private boolean released;

    HeldOutput(AuditedResponse response) {
        this.response = response;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (!released && held.size() + length <= MOST) {
            held.write(bytes, offset, length);
            return;
        }
        passOn();
        if (client != null) {
            client.write(bytes, offset, length);
        }
    }

    /** Lets go what waits; after a refusal, it and all that follows is lost. */
    void passOn() throws IOException {
        if (!released) {
            released = true;
            client = response.stream();
            if (client != null) {
                held.writeTo(client);
            }
            held.reset();
        }
    }

    /** Drops what waits. */
    void forget() {
        held.reset();
    }

    // Writers flush at their end out of habit; what still waits goes out whole when the request is done.
    @Override
    public void flush() throws IOException {
        if (client != null) {
            client.flush();
        }
    }

    // The end of the body is not the end of the request, which is when the record is written.
    @Override
    public void close() throws IOException {
        if (client != null) {
            client.close();
        }
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        throw new UnsupportedOperationException("Answers are written by the thread that handles the request");
    }
}
