package health.salus.hl7v2;

import health.salus.testing.TestServer;

import java.nio.file.Path;
import java.util.Map;

/** A whole server in a process of its own, which can be killed. It prints where it listens. */
final class ResultServer {

    static final String READY = "ready ";

    private ResultServer() {}

    public static void main(String[] arguments) {
        TestServer server = TestServer.startIn(Path.of(arguments[0]), Map.of("logging.structured.format.console", ""));
        System.out.println(READY + server.mllpPort());
    }
}
