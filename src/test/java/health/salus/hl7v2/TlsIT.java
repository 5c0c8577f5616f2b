package health.salus.hl7v2;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;

import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;

import static health.salus.hl7v2.Laboratory.result;
import static health.salus.hl7v2.Laboratory.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** MLLP with encryption: only who shows a certificate that is trusted can send. */
class TlsIT {

    private static final String PASSWORD = "changeit";

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    @TempDir
    Path directory;

    private MllpServer server;
    private KeyStore serverKey;
    private KeyStore senderKey;

    @BeforeEach
    void start() throws Exception {
        serverKey = makeKey("server");
        senderKey = makeKey("sender");
        Laboratory laboratory = interfaces.laboratory();
        Hl7v2Settings settings = settings(Map.of("tls-bundle", "mllp", "tls-port", "0", "port", "1"));
        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry(
                "mllp", SslBundle.of(SslStoreBundle.of(serverKey, PASSWORD, trusting(senderKey, "sender"))));
        ListenerSettings listener = Feeds.of(settings).listeners().get(1);
        server = new MllpServer(
                listener,
                Connections.of(
                        listener,
                        laboratory.receivers.receiver(listener.feeds()),
                        new IntakeGate(laboratory.store, 10),
                        settings,
                        bundles),
                ServerSocketFactory.getDefault());
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void senderWithATrustedCertificateIsServed() throws Exception {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            try (MllpClient client = new MllpClient(connect(senderKey, protocol))) {
                assertThat(client.ask(result(protocol))).contains("MSA|AA|" + protocol);
            }
        }
        assertThat(interfaces.laboratory().column("control_id")).containsExactly("TLSv1.2", "TLSv1.3");
    }

    @Test
    void senderWithoutOneOrWithAStrangeOneIsNot() throws Exception {
        KeyStore strange = makeKey("strange");
        for (KeyStore key : new KeyStore[] {null, strange}) {
            assertThatThrownBy(() -> {
                        try (MllpClient client = new MllpClient(connect(key, "TLSv1.3"))) {
                            client.ask(result("M1"));
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(interfaces.laboratory().rows()).isEmpty();
    }

    private SSLSocket connect(KeyStore key, String protocol) throws Exception {
        SSLContext context = SslBundle.of(SslStoreBundle.of(key, PASSWORD, trusting(serverKey, "server")))
                .createSslContext();
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
        socket.setEnabledProtocols(new String[] {protocol});
        return socket;
    }

    private static KeyStore trusting(KeyStore other, String alias) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry(alias, other.getCertificate(alias));
        return trust;
    }

    private KeyStore makeKey(String alias) throws Exception {
        Path file = directory.resolve(alias + ".p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process made = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        alias,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + alias,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        made.getInputStream().readAllBytes();
        assertThat(made.waitFor()).isZero();
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }
}
