package health.salus.testing;

import java.util.Map;

/** Starts a server on free ports with data of its own, from an IDE; the terminal says where. Stop the process to end it. */
public final class LocalServer {

    private LocalServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        TestServer server = TestServer.start(Map.of("logging.structured.format.console", ""));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        Thread.currentThread().join();
    }
}
