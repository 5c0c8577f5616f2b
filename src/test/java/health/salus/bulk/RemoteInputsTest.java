package health.salus.bulk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A client cannot make this server call what only this server can reach, nor fill its store with a small file. */
class RemoteInputsTest {

    private HttpServer server;
    private String host;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        host = "localhost:" + server.getAddress().getPort();
        server.createContext("/file", exchange -> answer(exchange, "line\n".getBytes(StandardCharsets.UTF_8), false));
        server.createContext("/bomb", exchange -> answer(exchange, zipped(3_000_000), true));
        server.createContext("/moved", exchange -> redirect(exchange, "/file"));
        server.createContext("/around", exchange -> redirect(exchange, "/around"));
        server.createContext("/inside", exchange -> redirect(exchange, "http://127.0.0.1:1/"));
        server.createContext("/metadata", exchange -> redirect(exchange, "http://169.254.169.254/latest"));
        server.createContext("/files", exchange -> redirect(exchange, "file:///etc/passwd"));
        server.createContext("/gone", exchange -> exchange.sendResponseHeaders(410, -1));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void namedHostIsReadAlsoAroundOneCorner() throws IOException {
        assertThat(read("/file")).isEqualTo("line\n");
        assertThat(read("/moved")).isEqualTo("line\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/inside", "/metadata", "/files", "/around", "/gone"})
    void redirectsLeadNowhereElse(String path) {
        assertThatThrownBy(() -> read(path)).isInstanceOf(RemoteInputs.Refused.class);
    }

    @Test
    void smallBodyDoesNotGrowBeyondTheLimit() {
        assertThatThrownBy(() -> read("/bomb"))
                .isInstanceOf(RemoteInputs.Refused.class)
                .hasMessageContaining("largest-input");
    }

    @Test
    void hostWithoutTheRightToBeInsideHasToBePublic() {
        RemoteInputs remote = new RemoteInputs(settings(Map.of("import-hosts", host)));

        assertThat(remote.mayBeAt(URI.create("http://" + host + "/file"))).isFalse();
        assertThatThrownBy(() -> remote.open("https://" + host + "/file"))
                .isInstanceOf(RemoteInputs.Refused.class)
                .hasMessageContaining("public");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://other.example.org/x",
                "https://files.example.org@evil.example.org/x",
                "https://user@files.example.org/x",
                "https://files.example.org:444/x",
                "http://files.example.org/x",
                "ftp://files.example.org/x",
                "file:///etc/passwd",
                "jar:https://files.example.org/x!/y"
            })
    void onlyNamedHostsAreAsked(String address) {
        RemoteInputs remote = new RemoteInputs(settings(Map.of("import-hosts", "files.example.org")));

        assertThat(remote.mayBeAt(URI.create(address))).isFalse();
        assertThat(remote.mayBeAt(URI.create("https://files.example.org/x"))).isTrue();
    }

    private String read(String path) throws IOException {
        RemoteInputs remote = new RemoteInputs(settings(Map.of("internal-import-hosts", host)));
        try (InputStream content = remote.open("http://" + host + path)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static BulkSettings settings(Map<String, String> values) {
        MapConfigurationPropertySource source = new MapConfigurationPropertySource();
        source.put("salus.bulk.largest-input", "1MB");
        values.forEach((name, value) -> source.put("salus.bulk." + name, value));
        return new Binder(source).bindOrCreate("salus.bulk", BulkSettings.class);
    }

    private static byte[] zipped(int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(new byte[size]);
        }
        return bytes.toByteArray();
    }

    private static void answer(HttpExchange exchange, byte[] body, boolean zipped) throws IOException {
        if (zipped) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(302, -1);
    }
}
