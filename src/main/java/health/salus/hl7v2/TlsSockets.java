package health.salus.hl7v2;

import org.springframework.boot.ssl.SslBundles;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import java.io.IOException;
import java.net.Socket;

/**
 * Puts TLS 1.2 or 1.3 on accepted connections. A sender has to show a certificate that the bundle trusts; a certificate that
 * is renewed on disk counts from the next connection on, if the bundle is set to be reloaded.
 */
final class TlsSockets {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private volatile SSLContext context;

    /**
     * Reads the bundle.
     *
     * @throws org.springframework.boot.ssl.NoSuchSslBundleException if there is none of this name
     */
    TlsSockets(SslBundles bundles, String name) {
        this.context = bundles.getBundle(name).createSslContext();
        bundles.addBundleUpdateHandler(name, renewed -> this.context = renewed.createSslContext());
    }

    /** Wraps a connection; hands are shaken later, so that a slow sender holds up nobody else. */
    Socket secure(Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) context.getSocketFactory()
                .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
        secured.setUseClientMode(false);
        secured.setNeedClientAuth(true);
        secured.setEnabledProtocols(PROTOCOLS);
        return secured;
    }
}
