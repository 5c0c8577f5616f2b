package health.salus.bench;

import health.salus.testing.S3Server;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.util.FileSystemUtils;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures files: one of 1 GB (property {@code bench.megabytes}) through Salus with 512 MB of heap beside the same transfer
 * straight to the S3 store, what a read takes beside it, what moving an attachment out of a resource adds, and what reading a small file costs. Writes
 * {@code files.md} and {@code files.csv}.
 */
public final class FileBenchmark {

    private static final int MEGABYTE = 1024 * 1024;
    private static final Duration ALONE = Duration.ofSeconds(3);
    // [12.3s][info][gc] GC(4) Pause Young (Allocation Failure) 140M->45M(512M) 3.4ms
    private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->\\d+M\\(");

    private final BenchmarkSettings settings;
    private final Path directory;

    private FileBenchmark(BenchmarkSettings settings) {
        this.settings = settings;
        this.directory = settings.output().resolve("files").toAbsolutePath();
    }

    public static void main(String[] arguments) throws Exception {
        LoggingSystem.get(FileBenchmark.class.getClassLoader())
                .setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
        new FileBenchmark(BenchmarkSettings.fromSystemProperties()).run();
        // Nothing of HTTP clients and the like may keep Maven waiting.
        System.exit(0);
    }

    private void run() throws Exception {
        FileSystemUtils.deleteRecursively(directory);
        Files.createDirectories(directory);
        Measurements measurements = new Measurements(settings.output().resolve("files.csv"));
        Path file = randomFile(Integer.getInteger("bench.megabytes", 1024));
        try (Database database = Database.start(directory.resolve("postgres"));
                Launcher launcher = new Launcher(settings);
                S3Server store = S3Server.startOnDisk(directory.resolve("store"))) {
            Map<String, String> environment = environment(store);
            try (RunningServer salus = launcher.startSalus(
                    database.create("files"), environment, List.of("-Xmx512m", "-Xlog:gc:file=" + gcLog()))) {
                String bucket = Objects.requireNonNull(environment.get("SALUS_BLOB_S3_BUCKET"));
                // What is done for the first time is slow everywhere.
                Measurements warmUp = new Measurements(directory.resolve("warm-up.csv"));
                transfer(salus, store, bucket, randomFile(80), warmUp, 1);
                Files.writeString(gcLog(), "");
                transfer(salus, store, bucket, file, measurements, settings.rounds());
                measurements.add(new Measurement("salus", 1, "files", "heap MB", mostHeap()));
                new FileRequests(salus.http(), "salus", settings.seconds(), measurements).run(settings.rounds());
            }
            environment.put("SALUS_FHIR_OFFLOADABOVE", "1GB");
            try (RunningServer salus =
                    launcher.startSalus(database.create("inline"), environment, List.of("-Xmx512m"))) {
                new FileRequests(salus.http(), "inline", settings.seconds(), measurements).run(settings.rounds());
            }
        }
        Path report = settings.output().resolve("files.md");
        new FileReport(measurements).write(report, Files.size(file) / MEGABYTE, settings.rounds());
        FileSystemUtils.deleteRecursively(directory.resolve("store"));
        System.out.println("Written: " + report);
    }

    private static void transfer(
            RunningServer salus, S3Server store, String bucket, Path file, Measurements measurements, int rounds)
            throws Exception {
        Bystander bystander = new Bystander(salus.http(), FileRequests.createPatient(salus.http()));
        for (int round = 1; round <= rounds; round++) {
            double alone = bystander.during(() -> {
                Thread.sleep(ALONE.toMillis());
                return null;
            });
            measurements.add(new Measurement("salus", round, "nothing", "ms of a read beside it", alone));
        }
        try (FileTransfers transfers =
                new FileTransfers(salus.http(), store, bucket, file, bystander, measurements)) {
            for (int round = 1; round <= rounds; round++) {
                transfers.run(round);
            }
        }
    }

    /** The most megabytes that were in use when a collection began, since the log was emptied. */
    private int mostHeap() throws IOException {
        Matcher collection = COLLECTION.matcher(Files.readString(gcLog()));
        int most = 0;
        while (collection.find()) {
            most = Math.max(most, Integer.parseInt(collection.group(1)));
        }
        return most;
    }

    private static Map<String, String> environment(S3Server store) {
        return new HashMap<>(Map.of(
                "SALUS_BLOB_S3_BUCKET", store.createBucket(),
                "SALUS_BLOB_S3_ENDPOINT", store.endpoint().toString(),
                "SALUS_BLOB_S3_PATHSTYLE", "true",
                // Joining the parts takes such a store as long as taking them.
                "SALUS_BLOB_S3_REQUESTTIMEOUT", "60s",
                "SALUS_BLOB_S3_ACCESSKEY", store.accessKey(),
                "SALUS_BLOB_S3_SECRETKEY", store.secretKey()));
    }

    private Path gcLog() {
        return directory.resolve("gc.log");
    }

    private Path randomFile(int megabytes) throws IOException {
        Path file = directory.resolve("file-" + megabytes);
        Random random = new Random(megabytes);
        byte[] piece = new byte[MEGABYTE];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
        return file;
    }
}
