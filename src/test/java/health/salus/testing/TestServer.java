package health.salus.testing;

import health.salus.SalusApplication;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole server in this process: real sockets on free ports, its own embedded PostgreSQL, data in a folder that is
 * deleted at the end.
 */
public final class TestServer implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final Path dataDirectory;

    private TestServer(ConfigurableApplicationContext context, Path dataDirectory) {
        this.context = context;
        this.dataDirectory = dataDirectory;
    }

    /** The server that the integration tests share; it starts with the first of them and ends with the process. */
    public static TestServer shared() {
        return Shared.SERVER;
    }

    /** Starts a server of its own, with these settings beside the defaults. */
    public static TestServer start(Map<String, String> settings) {
        Path directory = temporaryDirectory();
        return new TestServer(run(directory, settings), directory);
    }

    /** Starts a server on data that another one has left; they are deleted when it ends. */
    public static TestServer startIn(Path directory, Map<String, String> settings) {
        return new TestServer(run(directory, settings), directory);
    }

    /** The arguments with which a server starts in this folder, on free ports. */
    public static List<String> settings(Path directory, Map<String, String> settings) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("salus.data-dir", directory.toString());
        properties.put("server.port", freePort());
        properties.put("management.server.port", freePort());
        properties.put("salus.hl7v2.port", freePort());
        properties.put("salus.hl7v2.mappings", siteMappings(directory));
        // Where tests share few processors with much else, waiting is no sign of overload.
        properties.put("salus.fhir.overload-patience", "1m");
        properties.putAll(settings);
        // As arguments they win over SALUS_* variables of the developer's own server.
        return properties.entrySet().stream()
                .map(it -> "--" + it.getKey() + "=" + it.getValue())
                .toList();
    }

    private static ConfigurableApplicationContext run(Path directory, Map<String, String> settings) {
        return SpringApplication.run(
                SalusApplication.class, settings(directory, settings).toArray(String[]::new));
    }

    /** The FHIR base of the default tenant, without a slash at its end. */
    public String fhirBase() {
        return property("salus.public-url") + "/fhir";
    }

    public URI url(String path) {
        return URI.create(property("salus.public-url") + path);
    }

    public URI managementUrl(String path) {
        return URI.create("http://localhost:" + property("management.server.port") + path);
    }

    public int mllpPort() {
        return Integer.parseInt(property("salus.hl7v2.port"));
    }

    public Path dataDirectory() {
        return dataDirectory;
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public String property(String key) {
        return context.getEnvironment().getRequiredProperty(key);
    }

    /** Ends it and leaves its data for another one. */
    public void stop() {
        context.close();
    }

    @Override
    public void close() {
        context.close();
        try {
            FileSystemUtils.deleteRecursively(dataDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("salus-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder of the site's own mappings that changes nothing yet, laid over those in the jar. */
    private static String siteMappings(Path directory) {
        try {
            Path maps = Files.createDirectories(directory.resolve("hl7-mappings/conceptmaps"));
            Files.writeString(maps.resolve("nobody.csv"), "v2,system,code,display\n");
            return maps.getParent().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

        private static final TestServer SERVER = start(settings());

        private static Map<String, String> settings() {
            Map<String, String> settings = new LinkedHashMap<>(Map.of("salus.tenant.ids", "north,south"));
            KeycloakServer.shared().map(KeycloakServer::salusSettings).ifPresent(settings::putAll);
            return settings;
        }

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
        }
    }
}
