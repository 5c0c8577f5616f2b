package health.salus.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Speaks clamd's INSTREAM on a real socket, and finds the EICAR test file wherever it stands in the content. It can behave
 * badly when told to.
 */
public final class Clamd implements AutoCloseable {

    /** The harmless file that every scanner takes for a virus (https://www.eicar.org), put together so that this one is none. */
    public static final String EICAR =
            "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*";

    /** What it does with a connection. */
    public enum Manner {
        SCAN,
        /** Closes it at once. */
        HANG_UP,
        /** Takes everything and never answers. */
        SAY_NOTHING,
        /** Does not even read. */
        READ_NOTHING,
        /** Says that the content is too long for it, in the middle, and closes. */
        LIMIT
    }

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<byte[]> scanned = new CopyOnWriteArrayList<>();
    private volatile Manner manner = Manner.SCAN;

    public Clamd() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            server.setReceiveBufferSize(8 * 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public void behave(Manner next) {
        manner = next;
    }

    /** The contents that came to their end. */
    public List<byte[]> scanned() {
        return scanned;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try {
            if (manner == Manner.READ_NOTHING) {
                return;
            }
            if (manner != Manner.HANG_UP) {
                scan(socket);
            }
            if (manner != Manner.SAY_NOTHING) {
                socket.close();
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private void scan(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        String command = new String(in.readNBytes("zINSTREAM\0".length()), StandardCharsets.US_ASCII);
        if (!command.equals("zINSTREAM\0")) {
            answer(socket, "UNKNOWN COMMAND");
            return;
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int length = in.readInt(); length > 0; length = in.readInt()) {
            content.write(in.readNBytes(length));
            if (manner == Manner.LIMIT) {
                answer(socket, "INSTREAM size limit exceeded. ERROR");
                return;
            }
        }
        scanned.add(content.toByteArray());
        if (manner == Manner.SCAN) {
            boolean found = content.toString(StandardCharsets.ISO_8859_1).contains(EICAR);
            answer(socket, found ? "stream: Win.Test.EICAR_HDB-1 FOUND" : "stream: OK");
        }
    }

    private static void answer(Socket socket, String text) throws IOException {
        socket.getOutputStream().write((text + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
