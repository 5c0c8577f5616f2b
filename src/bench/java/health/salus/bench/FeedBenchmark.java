package health.salus.bench;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.util.FileSystemUtils;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the HL7 v2 feed of the packaged server as it is without any setting: how many results are stored and acknowledged,
 * how many become FHIR resources, and how long a sender waits for its answer. Writes {@code feed.md}.
 *
 * <p>{@code mvn -Pbench verify -Dbench.program=FeedBenchmark -Dbench.skipData=true}
 */
public final class FeedBenchmark {

    private static final int QUIET_SECONDS = 5;
    private static final int CONNECTIONS = 8;
    private static final Pattern LOAD = Pattern.compile("^(\\S+)");

    private final BenchmarkSettings settings;
    private final int mllpPort;
    private final int managementPort;
    private final StringBuilder report = new StringBuilder();

    private FeedBenchmark(BenchmarkSettings settings) throws IOException {
        this.settings = settings;
        this.mllpPort = freePort();
        this.managementPort = freePort();
    }

    public static void main(String[] arguments) throws Exception {
        LoggingSystem.get(FeedBenchmark.class.getClassLoader())
                .setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
        new FeedBenchmark(BenchmarkSettings.fromSystemProperties()).run();
    }

    private void run() throws Exception {
        Path data = settings.output().resolve("feed-data");
        FileSystemUtils.deleteRecursively(data);
        Files.createDirectories(settings.output());
        report.append("# HL7 v2 feed, ").append(CONNECTIONS).append(" connections, load before ").append(load());
        report.append("\n\n| turn | acknowledged/s | ack p50 ms | ack p99 ms | committed/s while sending")
                .append(" | committed/s with the rest | processor ms per message |\n|---|---|---|---|---|---|---|\n");
        int port = freePort();
        try (RunningServer server = start(data, port)) {
            turn(server, Duration.ofSeconds(settings.warmUp()), "warm-up");
            for (int round = 1; round <= settings.rounds(); round++) {
                turn(server, Duration.ofSeconds(settings.seconds()), String.valueOf(round));
            }
        }
        Path file = settings.output().resolve("feed.md");
        Files.writeString(file, report);
        System.out.println(report + "\nWritten: " + file);
        System.exit(0);
    }

    private RunningServer start(Path data, int port) throws IOException, InterruptedException {
        Map<String, String> environment = Map.of(
                "SALUS_DATA_DIR", data.toString(),
                "SALUS_HTTP_PORT", String.valueOf(port),
                "SALUS_MANAGEMENT_PORT", String.valueOf(managementPort),
                "SALUS_MLLP_PORT", String.valueOf(mllpPort));
        return RunningServer.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + settings.heap(),
                        "-jar",
                        settings.jar().toString()),
                environment,
                new Http("http://localhost:" + port + "/fhir", ""),
                settings.output().resolve("feed.log").toFile());
    }

    private void turn(RunningServer server, Duration time, String name) throws Exception {
        double before = processed();
        Duration processor = server.processorTime();
        long start = System.nanoTime();
        LoadDriver.Result sent = FeedSender.send(mllpPort, CONNECTIONS, time, name);
        if (sent.failed() > 0) {
            throw new IllegalStateException(sent.failed() + " messages were not accepted");
        }
        double seconds = seconds(start);
        double during = processed() - before;
        double all = untilNothingMoves(start);
        double committed = processed() - before;
        Duration used = server.processorTime().minus(processor);
        report.append(String.format(
                Locale.ROOT,
                "| %s | %.0f | %.1f | %.1f | %.0f | %.0f | %.1f |%n",
                name,
                sent.nanoseconds().length / seconds,
                sent.percentile(0.5),
                sent.percentile(0.99),
                during / seconds,
                committed / all,
                used.toMillis() / (double) sent.nanoseconds().length));
    }

    /** Waits for the messages that are still in the lanes; returns the seconds from the start to the last of them. */
    private double untilNothingMoves(long start) throws Exception {
        double last = processed();
        double moved = seconds(start);
        while (seconds(start) - moved < QUIET_SECONDS) {
            Thread.sleep(200);
            double now = processed();
            if (now > last) {
                last = now;
                moved = seconds(start);
            }
        }
        return moved;
    }

    /** How many messages have become resources so far; none may be put aside. */
    private double processed() throws IOException {
        String metrics;
        // Not by Http, which asks for FHIR.
        try (InputStream answer = URI.create("http://localhost:" + managementPort + "/actuator/prometheus")
                .toURL()
                .openStream()) {
            metrics = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
        Matcher parked = Pattern.compile("salus_hl7v2_processed_total\\{[^}]*outcome=\"(parked|incomplete)\"[^}]*} (\\S+)")
                .matcher(metrics);
        if (parked.find()) {
            throw new IllegalStateException("Messages were put aside: " + parked.group());
        }
        Matcher processed = Pattern.compile("salus_hl7v2_processed_total\\{[^}]*outcome=\"processed\"[^}]*} (\\S+)")
                .matcher(metrics);
        return processed.find() ? Double.parseDouble(processed.group(1)) : 0;
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** How busy the machine is, as Linux tells it. */
    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        Matcher load = LOAD.matcher(Files.exists(file) ? Files.readString(file) : "unknown");
        return load.find() ? load.group(1) : "unknown";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
