package health.salus.scan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A TCP connection that waits for a limited time, in writing too: a peer that hangs does not hang us. */
final class PatientChannel {

    private final Duration timeout;
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey interest;

    PatientChannel(Duration timeout) {
        this.timeout = timeout;
        try {
            this.selector = Selector.open();
            this.channel = SocketChannel.open();
            channel.configureBlocking(false);
            this.interest = channel.register(selector, 0);
        } catch (IOException e) {
            throw new UncheckedIOException("The system gives no more sockets", e);
        }
    }

    void connect(String host, int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new UnknownHostException(host);
        }
        channel.connect(address);
        while (!channel.finishConnect()) {
            await(SelectionKey.OP_CONNECT);
        }
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    /** One byte, or -1 at the end. */
    int read() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        int count = channel.read(one);
        while (count == 0) {
            await(SelectionKey.OP_READ);
            count = channel.read(one);
        }
        return count < 0 ? -1 : Byte.toUnsignedInt(one.get(0));
    }

    void close() {
        try {
            channel.close();
            selector.close();
        } catch (IOException e) {
            // It is of no use any more in any case.
        }
    }

    private void await(int operation) throws IOException {
        interest.interestOps(operation);
        if (selector.select(timeout.toMillis()) == 0) {
            throw new SocketTimeoutException("No answer within " + timeout);
        }
        selector.selectedKeys().clear();
    }
}
