package health.salus.searchparameter;

import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.TestServer;

import java.nio.file.Path;
import java.util.Map;

/** A server in a process of its own, which can be killed. It prints where it is, and a token of an administrator. */
final class ReindexServer {

    static final String READY = "ready ";

    private ReindexServer() {}

    public static void main(String[] arguments) {
        TestServer server = TestServer.startIn(
                Path.of(arguments[0]), Map.of("salus.hl7v2.enabled", "false", "logging.structured.format.console", ""));
        System.out.println(READY + server.property("salus.public-url") + " "
                + new TestTokens(server).of(Role.ADMIN, null, "user/*.cruds salus_api"));
    }
}
