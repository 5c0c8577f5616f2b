package health.salus.testing;

import health.salus.keycloak.RealmCommand;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A real Keycloak in a process of its own, on a free port, with the realm that our command prints and with our mapper. It is
 * there only where the build has unpacked one: {@code mvn -Pkeycloak verify}.
 */
public final class KeycloakServer implements AutoCloseable {

    /** Names the folder of the unpacked Keycloak; where it is not set, tests do without. */
    public static final String HOME = "salus.test.keycloak";

    public static final String ADMIN = "admin";

    /** The redirect address of the apps below. */
    public static final String REDIRECT = "http://127.0.0.1:9876/callback";

    private static final String MAPPER = "salus.test.keycloak.mapper";
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    private final Process process;
    private final int port;
    private final int salusPort;
    private final String adminPassword;

    private KeycloakServer(Process process, int port, int salusPort, String adminPassword) {
        this.process = process;
        this.port = port;
        this.salusPort = salusPort;
        this.adminPassword = adminPassword;
    }

    /** The one that the tests of this process share, or nothing where none was unpacked. */
    public static Optional<KeycloakServer> shared() {
        return Optional.ofNullable(System.getProperty(HOME)).map(home -> Shared.SERVER);
    }

    public String address() {
        return "http://localhost:" + port;
    }

    public String issuer() {
        return address() + "/realms/salus";
    }

    public int port() {
        return port;
    }

    public String adminPassword() {
        return adminPassword;
    }

    /** What makes a Salus take the tokens of this Keycloak; the realm was made for a server at this port. */
    public Map<String, String> salusSettings() {
        return Map.of("server.port", String.valueOf(salusPort), "salus.auth.issuer", issuer());
    }

    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
    }

    private static KeycloakServer start(Path home) {
        int port = freePort();
        int salusPort = freePort();
        String password = UUID.randomUUID().toString();
        try {
            // Keycloak imports a realm only once, so that of an earlier run has to go.
            FileSystemUtils.deleteRecursively(home.resolve("data"));
            Path imports = Files.createDirectories(home.resolve("data/import"));
            Files.writeString(imports.resolve("salus-realm.json"), realm(salusPort));
            Path mapper = Path.of(System.getProperty(MAPPER, "target/salus-keycloak.jar"));
            Files.write(home.resolve("providers/salus-keycloak.jar"), Files.readAllBytes(mapper));
            KeycloakServer server = new KeycloakServer(run(home, port, password), port, salusPort, password);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            server.awaitRealm();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Process run(Path home, int port, String password) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        home.resolve("bin/kc.sh").toString(),
                        "start-dev",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port,
                        "--import-realm")
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("keycloak.log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "KC_BOOTSTRAP_ADMIN_USERNAME",
                        ADMIN,
                        "KC_BOOTSTRAP_ADMIN_PASSWORD",
                        password,
                        "JAVA_OPTS_KC_HEAP",
                        "-Xmx512m",
                        "JAVA_OPTS_APPEND",
                        "-XX:TieredStopAtLevel=1"));
        return builder.start();
    }

    private static String realm(int salusPort) {
        StringWriter realm = new StringWriter();
        int exit = new CommandLine(new RealmCommand())
                .setOut(new PrintWriter(realm, true))
                .execute(
                        "--server=http://localhost:" + salusPort,
                        "--tenant=default,north,south",
                        "--client=an-app=" + REDIRECT,
                        "--client=another-app=" + REDIRECT,
                        "--backend=a-backend=@" + BackendKey.publicKeys(),
                        "--backend=north-backend@north=@" + BackendKey.publicKeys(),
                        "--type=Patient,Observation");
        if (exit != 0) {
            throw new IllegalStateException("No realm");
        }
        return realm.toString();
    }

    private void awaitRealm() {
        Instant end = Instant.now().plus(PATIENCE);
        while (!isUp()) {
            if (Instant.now().isAfter(end) || !process.isAlive()) {
                close();
                throw new IllegalStateException("Keycloak does not start; see keycloak.log in its folder");
            }
            sleep();
        }
    }

    private boolean isUp() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration"))
                    .build();
            return HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Shared {

        private static final KeycloakServer SERVER = start(Path.of(System.getProperty(HOME)));
    }
}
