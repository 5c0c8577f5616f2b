package health.salus.bench;

import com.fasterxml.jackson.databind.JsonNode;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.util.FileSystemUtils;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads patients by transactions, exports them, and imports what was exported into an empty server; stock HAPI does the first two.
 * Writes {@code bulk.md} and {@code bulk.csv}.
 */
public final class BulkBenchmark {

    private static final String RATE = "resources/s";

    private final BenchmarkSettings settings;
    private final Path directory;
    private final Measurements measurements;

    private BulkBenchmark(BenchmarkSettings settings) throws IOException {
        this.settings = settings;
        this.directory = settings.output().resolve("bulk").toAbsolutePath();
        FileSystemUtils.deleteRecursively(directory);
        Files.createDirectories(directory);
        this.measurements = new Measurements(settings.output().resolve("bulk.csv"));
    }

    public static void main(String[] arguments) throws Exception {
        LoggingSystem.get(BulkBenchmark.class.getClassLoader())
                .setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
        new BulkBenchmark(BenchmarkSettings.fromSystemProperties()).run();
        // Nothing of HTTP clients and the like may keep Maven waiting.
        System.exit(0);
    }

    private void run() throws Exception {
        Path report = settings.output().resolve("bulk.md");
        try (Database database = Database.start(directory.resolve("postgres"));
                Launcher launcher = new Launcher(settings)) {
            for (int round = 1; round <= settings.rounds(); round++) {
                for (String server : settings.servers()) {
                    List<BulkClient.File> files = exported(server, round, database, launcher);
                    if (server.equals("salus")) {
                        load(files, round, database, launcher);
                    }
                    new Report(settings, measurements).write(report);
                }
            }
        }
        System.out.println("Written: " + report);
    }

    private List<BulkClient.File> exported(String server, int round, Database database, Launcher launcher)
            throws Exception {
        try (RunningServer running = launcher.start(server, database.create(server))) {
            transactions(server, round, running);
            database.analyze(server);
            BulkClient client = new BulkClient(running.http());
            long start = System.nanoTime();
            JsonNode manifest = client.export();
            double seconds = since(start);
            Path folder = Files.createDirectories(directory.resolve(server + round));
            List<BulkClient.File> files = client.fetch(manifest, folder);
            long resources = lines(files);
            note(server, round, "$export", "resources", resources);
            note(server, round, "$export", RATE, resources / seconds);
            note(server, round, "$export and its files", RATE, resources / since(start));
            return files;
        }
    }

    private void transactions(String server, int round, RunningServer running) throws Exception {
        SyntheaBundles bundles = SyntheaBundles.in(settings.data(), settings.bundles());
        for (Path file : bundles.shared()) {
            BundleLoad.send(running, Files.readAllBytes(file));
        }
        BundleLoad patients = BundleLoad.of(bundles.share(0, 1));
        LoadDriver.Result result = patients.send(running, settings.clients());
        note(server, round, "transactions", RATE, patients.resources() * 1e9 / result.elapsed().toNanos());
    }

    private void load(List<BulkClient.File> files, int round, Database database, Launcher launcher) throws Exception {
        try (RunningServer running = launcher.start("salus", database.create("imported"))) {
            BulkClient client = new BulkClient(running.http());
            List<String> uploads = new ArrayList<>();
            for (BulkClient.File file : files) {
                uploads.add(client.upload(file));
            }
            long start = System.nanoTime();
            client.load(files, uploads);
            note("salus", round, "$import", RATE, lines(files) / since(start));
        }
    }

    private static long lines(List<BulkClient.File> files) throws IOException {
        long lines = 0;
        for (BulkClient.File file : files) {
            lines += file.lines();
        }
        return lines;
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private void note(String server, int round, String workload, String metric, double value) throws IOException {
        measurements.add(new Measurement(server, round, workload, metric, value));
    }
}
