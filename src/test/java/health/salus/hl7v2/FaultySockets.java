package health.salus.hl7v2;

import javax.net.ServerSocketFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Makes listening sockets whose first connections fail: some while they are accepted, and then one whose options fail. */
final class FaultySockets extends ServerSocketFactory {

    private final Queue<Throwable> faults;

    private FaultySockets(List<Throwable> faults) {
        this.faults = new ArrayDeque<>(faults);
    }

    /** Lets accepting fail with each of these, which are errors or runtime exceptions. */
    static FaultySockets failing(Throwable... faults) {
        return new FaultySockets(List.of(faults));
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new ServerSocket() {
            private boolean optionsFail = true;

            @Override
            public Socket accept() throws IOException {
                Throwable fault = faults.poll();
                if (fault instanceof Error error) {
                    throw error;
                }
                if (fault instanceof RuntimeException exception) {
                    throw exception;
                }
                Socket socket = optionsFail ? new StubbornSocket() : new Socket();
                optionsFail = false;
                implAccept(socket);
                return socket;
            }
        };
    }

    @Override
    public ServerSocket createServerSocket(int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
        throw new UnsupportedOperationException();
    }

    private static final class StubbornSocket extends Socket {

        @Override
        public void setKeepAlive(boolean on) throws SocketException {
            throw new SocketException("no options");
        }
    }
}
