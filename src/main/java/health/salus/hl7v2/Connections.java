package health.salus.hl7v2;

import org.springframework.boot.ssl.SslBundles;

import java.io.IOException;
import java.net.Socket;

/** Makes what serves the connections of one port. */
record Connections(MessageReceiver receiver, IntakeGate gate, Hl7v2Settings limits, Security security)
        implements MllpServer.ConnectionFactory {

    /** Puts encryption on a connection, or none. */
    interface Security {
        Socket secure(Socket socket) throws IOException;
    }

    static Connections of(
            ListenerSettings listener,
            MessageReceiver receiver,
            IntakeGate gate,
            Hl7v2Settings limits,
            SslBundles bundles) {
        Security security =
                listener.tlsBundle() == null ? socket -> socket : new TlsSockets(bundles, listener.tlsBundle())::secure;
        return new Connections(receiver, gate, limits, security);
    }

    @Override
    public MllpConnection connection(Socket socket) throws IOException {
        return new MllpConnection(
                security.secure(socket),
                receiver,
                gate,
                Math.toIntExact(limits.maxFrameSize().toBytes()),
                limits.frameTimeout());
    }
}
