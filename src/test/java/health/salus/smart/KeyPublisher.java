package health.salus.smart;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A client that publishes its keys. */
final class KeyPublisher {

    final AtomicInteger asked = new AtomicInteger();
    private final AtomicReference<String> keys = new AtomicReference<>("{\"keys\":[]}");
    private final HttpServer http;

    KeyPublisher() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] body = keys.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> http.stop(0)));
    }

    String authority() {
        return "localhost:" + http.getAddress().getPort();
    }

    String address() {
        return "http://" + authority() + "/jwks.json";
    }

    JWK publish(String name) throws Exception {
        JWK key = new RSAKeyGenerator(2048).keyID(name).generate();
        keys.set(new JWKSet(key.toPublicJWK()).toString());
        return key;
    }
}
