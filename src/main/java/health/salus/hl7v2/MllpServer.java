package health.salus.hl7v2;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.net.ServerSocketFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Listens for MLLP connections on one port and gives each a thread of its own. */
final class MllpServer {

    private static final Logger LOG = LoggerFactory.getLogger(MllpServer.class);
    private static final int GRACE_SECONDS = 20;

    private final ListenerSettings settings;
    private final ConnectionFactory connectionFactory;
    private final PeerList peers;
    private final ServerSocketFactory sockets;
    private final Set<MllpConnection> connections = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocket listener;
    private @Nullable ExecutorService threads;
    private volatile @Nullable Thread acceptor;

    /** Makes what serves a connection. */
    interface ConnectionFactory {
        MllpConnection connection(Socket socket) throws IOException;
    }

    MllpServer(ListenerSettings settings, ConnectionFactory connectionFactory, ServerSocketFactory sockets) {
        this.settings = settings;
        this.connectionFactory = connectionFactory;
        this.sockets = sockets;
        this.peers = PeerList.of(settings.allowedPeers());
    }

    synchronized void start() {
        try {
            ServerSocket socket = sockets.createServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(settings.address(), settings.port()));
            // No queue: a connection beyond the last thread is refused, not left waiting without a word.
            ThreadPoolExecutor pool = new ThreadPoolExecutor(
                    0,
                    settings.maxConnections(),
                    1,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    this::connectionThread);
            listener = socket;
            threads = pool;
            Thread accepting = new Thread(() -> acceptAll(socket, pool), "mllp-accept");
            accepting.setDaemon(true);
            accepting.start();
            acceptor = accepting;
            LOG.info(
                    "MLLP listens on {}:{} tls={}",
                    settings.address().getHostAddress(),
                    socket.getLocalPort(),
                    settings.tlsBundle() != null);
        } catch (IOException notFree) {
            throw new UncheckedIOException("MLLP cannot listen on port " + settings.port(), notFree);
        }
    }

    private Thread connectionThread(Runnable work) {
        Thread thread = new Thread(work, "mllp-connection");
        thread.setDaemon(true);
        return thread;
    }

    private void acceptAll(ServerSocket socket, ExecutorService pool) {
        while (!socket.isClosed()) {
            try {
                serveOrClose(socket.accept(), pool);
            } catch (IOException | RuntimeException | Error failed) {
                pauseAfter(failed, socket);
            }
        }
    }

    private void serveOrClose(Socket socket, ExecutorService pool) throws IOException {
        boolean served = false;
        try {
            served = accept(socket, pool);
        } finally {
            if (!served) {
                socket.close();
            }
        }
    }

    /** Hands a connection to a thread; false if it may not stay open. */
    private boolean accept(Socket socket, ExecutorService pool) throws IOException {
        if (!peers.allows(socket.getInetAddress())) {
            LOG.warn("Refused an MLLP connection that allowed-peers does not name");
            return false;
        }
        socket.setKeepAlive(true);
        socket.setTcpNoDelay(true);
        return hand(connectionFactory.connection(socket), pool);
    }

    private boolean hand(MllpConnection connection, ExecutorService pool) {
        boolean taken = false;
        connections.add(connection);
        try {
            pool.execute(() -> serve(connection));
            taken = true;
        } catch (RejectedExecutionException full) {
            LOG.warn("Refused an MLLP connection, {} are open", settings.maxConnections());
        } finally {
            // The system may also have no thread left, which is an error.
            if (!taken) {
                connections.remove(connection);
            }
        }
        return taken;
    }

    private void serve(MllpConnection connection) {
        try {
            connection.run();
        } finally {
            connections.remove(connection);
        }
    }

    private static void pauseAfter(Throwable failed, ServerSocket socket) {
        if (socket.isClosed()) {
            return;
        }
        // Without file descriptors accept fails at once, again and again.
        LOG.warn("Could not accept an MLLP connection", failed);
        try {
            Thread.sleep(200);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes no new connections, lets frames that have started be answered, and closes. */
    synchronized void stop() {
        if (listener == null || threads == null) {
            return;
        }
        try {
            listener.close();
            threads.shutdown();
            connections.forEach(MllpConnection::closeWhenAnswered);
            if (!threads.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                connections.forEach(MllpConnection::close);
            }
        } catch (IOException broken) {
            LOG.warn("Could not close the MLLP port", broken);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } finally {
            listener = null;
            threads = null;
            acceptor = null;
        }
    }

    /** Tells whether connections are taken; it does not wait while the server stops. */
    boolean isAccepting() {
        Thread accepting = acceptor;
        return accepting != null && accepting.isAlive();
    }

    /** Returns the port that is listened on, which the settings may have left open. */
    synchronized int port() {
        return Objects.requireNonNull(listener, "MLLP does not listen").getLocalPort();
    }
}
