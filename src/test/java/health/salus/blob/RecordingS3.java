package health.salus.blob;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * Takes what an S3 store takes, in the words of Amazon's documentation, and remembers how it was asked: of each write its headers,
 * and the settings of a bucket as they were sent. It knows the settings that no S3 server for tests knows.
 */
final class RecordingS3 implements AutoCloseable {

    private static final Set<String> SETTINGS = Set.of("encryption", "publicAccessBlock", "lifecycle", "cors");

    /** The size of whatever was uploaded. */
    private static final int STAGED = 200_000;

    private final HttpServer server;
    private final List<Map<String, String>> writes = new CopyOnWriteArrayList<>();
    private final Map<String, String> settings = new ConcurrentHashMap<>();
    private volatile boolean bucket;

    RecordingS3() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
    }

    String endpoint() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    void createBucket() {
        bucket = true;
    }

    /** The headers of each write in its order, by names in lower case; "request" is what the request line said. */
    List<Map<String, String>> writes() {
        return writes;
    }

    /** The settings of the bucket: encryption, publicAccessBlock, lifecycle, cors. */
    Map<String, String> settings() {
        return settings;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            String query = String.valueOf(exchange.getRequestURI().getRawQuery());
            String name = query.split("[=&]", 2)[0];
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (SETTINGS.contains(name)) {
                setting(exchange, method, name, body);
            } else if (exchange.getRequestURI().getPath().matches("/[^/]+/?")) {
                bucket(exchange, method);
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                object(exchange, method + " " + query);
            } else if (method.equals("HEAD")
                    && exchange.getRequestURI().getPath().contains("/" + StagingKey.PREFIX)) {
                exchange.getResponseHeaders().set("ETag", "\"1\"");
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(STAGED));
                exchange.sendResponseHeaders(200, -1);
            } else {
                error(exchange, 404, "NoSuchKey");
            }
        }
    }

    private void setting(HttpExchange exchange, String method, String name, byte[] body) throws IOException {
        if (method.equals("PUT")) {
            settings.put(name, new String(body, StandardCharsets.UTF_8));
            send(exchange, 200, "");
        } else if (settings.containsKey(name)) {
            send(exchange, 200, settings.get(name));
        } else {
            error(exchange, 404, "NoSuch" + name);
        }
    }

    private void bucket(HttpExchange exchange, String method) throws IOException {
        bucket |= method.equals("PUT");
        send(exchange, bucket ? 200 : 404, "");
    }

    private void object(HttpExchange exchange, String request) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        headers.put("request", request);
        writes.add(headers);
        exchange.getResponseHeaders().set("ETag", "\"1\"");
        if (request.startsWith("POST uploads")) {
            send(
                    exchange,
                    200,
                    "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>");
        } else if (request.startsWith("POST")) {
            send(exchange, 200, "<CompleteMultipartUploadResult><ETag>\"1\"</ETag></CompleteMultipartUploadResult>");
        } else if (headers.containsKey("x-amz-copy-source")) {
            send(exchange, 200, "<CopyObjectResult><ETag>\"1\"</ETag></CopyObjectResult>");
        } else {
            send(exchange, 200, "");
        }
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        send(exchange, status, "<Error><Code>" + code + "</Code><Message>No</Message></Error>");
    }

    private static void send(HttpExchange exchange, int status, String xml) throws IOException {
        byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        boolean empty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, empty ? -1 : bytes.length);
        if (!empty) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
