package health.salus.testing;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An S3 server in a process of its own on a free port of this machine; it wants path-style addresses. Close it to stop it.
 */
public final class S3Server implements AutoCloseable {

    private static final Path CLASS_PATH = Path.of("target", "s3-server", "class-path");
    private static final Path FILES = Path.of("target", "test-classes", "s3-server");
    private static final Pattern PROXY_STARTED = Pattern.compile("Started .*\\{127\\.0\\.0\\.1:(\\d+)}");
    private static final Pattern MOCK_STARTED = Pattern.compile("Tomcat started on ports .*, (\\d+) \\(http\\)");

    private final Process process;
    private final URI endpoint;
    private final Thread stopper = new Thread(this::kill, "s3-server-stopper");

    private S3Server(Process process, Pattern started) throws IOException {
        this.process = process;
        // A test run that is broken off must not leave a server behind.
        Runtime.getRuntime().addShutdownHook(stopper);
        BufferedReader log = process.inputReader(StandardCharsets.UTF_8);
        this.endpoint = URI.create("http://127.0.0.1:" + port(log, started));
        Thread reader = new Thread(() -> log.lines().forEach(line -> {}), "s3-server-log");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a server that checks signatures and keeps objects in memory (S3Proxy), and returns when it answers. */
    public static S3Server start() {
        return start(FILES.resolve("s3proxy.properties"));
    }

    /** Starts the same server with its objects in files below a folder, for more of them than the memory takes. */
    public static S3Server startOnDisk(Path directory) {
        try {
            Files.createDirectories(directory);
            String inMemory = Files.readString(FILES.resolve("s3proxy.properties"));
            Path properties = directory.resolveSibling("s3proxy.properties");
            Files.writeString(
                    properties,
                    inMemory.replace("transient-nio2", "filesystem-nio2") + "\njclouds.filesystem.basedir=" + directory
                            + "\n");
            return start(properties);
        } catch (IOException e) {
            throw new IllegalStateException("The S3 server does not start", e);
        }
    }

    private static S3Server start(Path properties) {
        try {
            ProcessBuilder command = new ProcessBuilder(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    "-Dlogback.configurationFile=" + FILES.resolve("logback.xml"),
                    "-cp",
                    classPath(),
                    "org.gaul.s3proxy.Main",
                    "--properties",
                    properties.toString()));
            return new S3Server(command.redirectErrorStream(true).start(), PROXY_STARTED);
        } catch (IOException e) {
            throw new IllegalStateException("The S3 server does not start", e);
        }
    }

    /**
     * A server that knows the settings of a bucket and keeps checksums, but checks no signatures (S3Mock). It takes long to
     * start, so the tests share it; it ends with the process.
     */
    public static S3Server sharedWithBucketSettings() {
        return Shared.WITH_BUCKET_SETTINGS;
    }

    private static S3Server startWithBucketSettings() {
        try {
            String jar = Arrays.stream(classPath().split(File.pathSeparator))
                    .filter(it -> it.endsWith("-exec.jar"))
                    .findFirst()
                    .orElseThrow();
            ProcessBuilder command = new ProcessBuilder(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-jar",
                    jar,
                    "--server.port=0",
                    "--http.port=0"));
            return new S3Server(command.redirectErrorStream(true).start(), MOCK_STARTED);
        } catch (IOException e) {
            throw new IllegalStateException("The S3 server does not start", e);
        }
    }

    public URI endpoint() {
        return endpoint;
    }

    public String accessKey() {
        return "salus-test";
    }

    public String secretKey() {
        return "salus-test-secret";
    }

    /** Makes an empty bucket and returns its name. */
    public String createBucket() {
        String name = "bucket-" + UUID.randomUUID();
        try (S3Client client = client()) {
            client.createBucket(request -> request.bucket(name));
        }
        return name;
    }

    /** A client with the right keys, to look into the server past the code under test. The caller closes it. */
    public S3Client client() {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey(), secretKey())))
                .build();
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(stopper);
        kill();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Shared {

        private static final S3Server WITH_BUCKET_SETTINGS = startWithBucketSettings();
    }

    private void kill() {
        process.destroyForcibly();
    }

    private static String classPath() throws IOException {
        if (!Files.exists(CLASS_PATH)) {
            throw new IllegalStateException(CLASS_PATH + " is missing; `mvn generate-test-resources` writes it");
        }
        return Files.readString(CLASS_PATH).strip();
    }

    private static int port(BufferedReader log, Pattern started) throws IOException {
        StringBuilder seen = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher matcher = started.matcher(line);
            if (matcher.find()) {
                return Integer.parseInt(matcher.group(1));
            }
            seen.append(line).append('\n');
        }
        throw new IllegalStateException("The S3 server ended at once:\n" + seen);
    }
}
