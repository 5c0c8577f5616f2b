package health.salus.bench;

import health.salus.smart.FakeIssuer;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts either server the way its users do. */
final class Launcher implements AutoCloseable {

    private final BenchmarkSettings settings;
    private final FakeIssuer issuer = new FakeIssuer();

    Launcher(BenchmarkSettings settings) {
        this.settings = settings;
        issuer.comeUp();
    }

    RunningServer start(String server, String database) throws IOException, InterruptedException {
        return switch (server) {
            case "salus" -> startSalus(database);
            case "stock" -> startStock(database);
            case "unaudited" ->
                startSalus(
                        List.of("-cp", System.getProperty("java.class.path"), UnauditedSalus.class.getName()),
                        database,
                        Map.of(),
                        List.of("-Xmx" + settings.heap()));
            default ->
                throw new IllegalArgumentException("bench.servers knows salus, stock and unaudited, not " + server);
        };
    }

    private RunningServer startSalus(String database) throws IOException, InterruptedException {
        return startSalus(database, Map.of(), List.of("-Xmx" + settings.heap()));
    }

    /** Starts Salus with these environment variables beside its own, and these options of Java. */
    RunningServer startSalus(String database, Map<String, String> more, List<String> options)
            throws IOException, InterruptedException {
        return startSalus(List.of("-jar", settings.jar().toString()), database, more, options);
    }

    private RunningServer startSalus(
            List<String> program, String database, Map<String, String> more, List<String> options)
            throws IOException, InterruptedException {
        int port = freePort();
        String base = "http://localhost:" + port + "/fhir";
        Map<String, String> environment = new HashMap<>(Map.of(
                "SALUS_DB_URL", database,
                "SALUS_DB_USER", Database.USER,
                "SALUS_DB_PASSWORD", Database.USER,
                "SALUS_AUTH_ISSUER", issuer.id(),
                "SALUS_DATA_DIR", settings.output().resolve("salus-data").toString(),
                "SALUS_HTTP_PORT", String.valueOf(port),
                "SALUS_MANAGEMENT_PORT", String.valueOf(freePort()),
                "SALUS_MLLP_PORT", String.valueOf(freePort())));
        environment.putAll(more);
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(options);
        command.addAll(program);
        return RunningServer.start(
                command,
                environment,
                new Http(base, token(base)),
                log("salus"));
    }

    private RunningServer startStock(String database) throws IOException, InterruptedException {
        int port = freePort();
        return RunningServer.start(
                List.of(
                        java(),
                        "-Xmx" + settings.heap(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StockHapi.class.getName(),
                        "--server.port=" + port,
                        "--stock.database=" + database),
                Map.of(),
                new Http("http://localhost:" + port + "/fhir", "none"),
                log("stock"));
    }

    private String token(String base) {
        return issuer.sign(issuer.claims()
                .subject("benchmark")
                .audience(base)
                .expirationTime(Date.from(Instant.now().plusSeconds(36_000)))
                .claim("typ", "Bearer")
                .claim("azp", "benchmark")
                .claim("salus_role", "system")
                .claim("salus_tenant", "default")
                .claim("scope", "system/*.cruds")
                .build());
    }

    private File log(String server) {
        return settings.output().resolve(server + ".log").toFile();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        issuer.close();
    }
}
