package health.salus.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands before an HTTP server on this machine and loses the first final answer: the request arrives and is carried out, but
 * the client only sees its connection end. Everything after that passes through.
 */
public final class LosingProxy implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicBoolean lost = new AtomicBoolean();
    private final int serverPort;

    public LosingProxy(int serverPort) throws IOException {
        this.serverPort = serverPort;
        inBackground(this::accept);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** Whether an answer has been lost. */
    public boolean lost() {
        return lost.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
            inBackground(() -> client.getInputStream().transferTo(server.getOutputStream()));
            inBackground(() -> answer(server, client));
        }
    }

    private void answer(Socket server, Socket client) throws IOException {
        try (server;
                client) {
            InputStream from = server.getInputStream();
            OutputStream to = client.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                String text = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
                // "100 Continue" only asks for the body; it is not the answer.
                if (text.contains("HTTP/1.1 200") && lost.compareAndSet(false, true)) {
                    return;
                }
                to.write(buffer, 0, count);
            }
        }
    }

    private static void inBackground(NetworkTask task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException expected) {
                        // A closed socket is how these tasks end.
                    }
                },
                "losing-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private interface NetworkTask {
        void run() throws IOException;
    }
}
