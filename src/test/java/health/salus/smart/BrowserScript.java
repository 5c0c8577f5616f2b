package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The programs in {@code src/test/browser}, which play an app and the person in front of it. */
final class BrowserScript {

    /** Names the Chromium to start. */
    static final String CHROMIUM = "salus.test.chromium";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FOLDER = Path.of("src/test/browser").toAbsolutePath();
    private static final int PATIENCE_MINUTES = 5;

    private BrowserScript() {}

    /** Serves the pages of the app, and the fhirclient that they use, on a free port of this machine. */
    static HttpServer servePages() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/fhirclient/", call -> send(call, FOLDER.resolve("node_modules/fhirclient/build")));
        server.createContext("/", call -> send(call, FOLDER.resolve("app")));
        server.start();
        return server;
    }

    /** Runs a program with this input and returns what it prints; a failure tells what it has complained of. */
    static JsonNode run(String script, Map<String, Object> about) {
        Map<String, Object> input = new HashMap<>(about);
        input.put("chromium", System.getProperty(CHROMIUM));
        try {
            Path output = Files.createTempFile("browser", ".json");
            Path complaints = Files.createTempFile("browser", ".txt");
            int exit = exit(
                    new ProcessBuilder("node", script)
                            .directory(FOLDER.toFile())
                            .redirectOutput(output.toFile())
                            .redirectError(complaints.toFile()),
                    JSON.writeValueAsBytes(input));
            if (exit != 0) {
                throw new AssertionError(script + " has failed: " + Files.readString(complaints));
            }
            return JSON.readTree(output.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(HttpExchange call, Path folder) throws IOException {
        String path = call.getRequestURI().getPath();
        Path file = folder.resolve(path.substring(path.lastIndexOf('/') + 1));
        try (call) {
            if (!Files.isRegularFile(file)) {
                call.sendResponseHeaders(404, -1);
                return;
            }
            byte[] content = Files.readAllBytes(file);
            call.getResponseHeaders().set("Content-Type", path.endsWith(".js") ? "text/javascript" : "text/html");
            call.sendResponseHeaders(200, content.length);
            call.getResponseBody().write(content);
        }
    }

    private static int exit(ProcessBuilder program, byte[] input) throws IOException {
        Process process = program.start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
        }
        try {
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                throw new AssertionError("The browser has not come to an end");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
