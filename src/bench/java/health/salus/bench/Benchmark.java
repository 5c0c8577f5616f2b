package health.salus.bench;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.util.FileSystemUtils;

import java.nio.file.Files;
import java.nio.file.Path;

/** Runs the whole comparison and writes {@code report.md} and {@code raw.csv}. */
public final class Benchmark {

    private Benchmark() {}

    public static void main(String[] arguments) throws Exception {
        LoggingSystem.get(Benchmark.class.getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
        BenchmarkSettings settings = BenchmarkSettings.fromSystemProperties();
        Files.createDirectories(settings.output());
        Path cluster = settings.output().resolve("postgres");
        FileSystemUtils.deleteRecursively(cluster);
        FileSystemUtils.deleteRecursively(settings.output().resolve("salus-data"));
        Measurements measurements = new Measurements(settings.output().resolve("raw.csv"));
        try (Database database = Database.start(cluster);
                Launcher launcher = new Launcher(settings)) {
            for (int round = 1; round <= settings.rounds(); round++) {
                for (String server : settings.servers()) {
                    new Turn(settings, database, launcher, measurements, server, round).run();
                    new Report(settings, measurements)
                            .write(settings.output().resolve("report.md"));
                }
            }
        }
        System.out.println("Written: " + settings.output().resolve("report.md"));
        // Nothing of HTTP clients and the like may keep Maven waiting.
        System.exit(0);
    }
}
