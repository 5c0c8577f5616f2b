package health.salus.blob;

import health.salus.tenant.TenantId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that works on a catalog and a store, comes to a certain point, and is killed there. */
final class Killable {

    private static final String REACHED = "reached";

    private Killable() {}

    enum Point {
        BETWEEN_PUT_AND_COMMIT,
        BETWEEN_COMMIT_AND_ANSWER,
        BETWEEN_DELETE_AND_FORGET
    }

    /** Runs a process up to a point and kills it there, as {@code kill -9} does. */
    static void killAt(Point point, String jdbcUrl, Path directory) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Killable.class.getName(),
                        point.name(),
                        jdbcUrl,
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> seen = new ArrayList<>();
            for (String line = output.readLine(); !REACHED.equals(line); line = output.readLine()) {
                if (line == null) {
                    throw new IllegalStateException("Ended before " + point + ": " + seen);
                }
                seen.add(line);
            }
            process.destroyForcibly();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Point point = Point.valueOf(arguments[0]);
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(arguments[1]);
        JdbcClient database = JdbcClient.create(source);
        JdbcTransactionManager transactions = new JdbcTransactionManager(source);
        BlobStore store = new StoppingStore(new FilesystemBlobStore(Path.of(arguments[2])), point);
        if (point == Point.BETWEEN_DELETE_AND_FORGET) {
            BlobSettings settings = Catalog.settings(Duration.ZERO);
            new BlobSweep(new SweepRows(database, transactions), store, settings, new SimpleMeterRegistry()).run();
        } else {
            Catalog.blobs(database, transactions, store)
                    .store(new TenantId("north"), "image/png", BlobContent.of(new byte[] {1, 2, 3}));
            stop();
        }
    }

    private static void stop() {
        System.out.println(REACHED);
        try {
            Thread.sleep(60_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class StoppingStore extends RetryingStore {

        private final Point point;

        StoppingStore(BlobStore store, Point point) {
            super(store);
            this.point = point;
        }

        @Override
        public void put(ObjectKey key, BlobContent content) throws IOException {
            super.put(key, content);
            if (point == Point.BETWEEN_PUT_AND_COMMIT) {
                stop();
            }
        }

        @Override
        public long put(ObjectKey key, InputStream content) throws IOException {
            long size = super.put(key, content);
            if (point == Point.BETWEEN_PUT_AND_COMMIT) {
                stop();
            }
            return size;
        }

        @Override
        public void delete(ObjectKey key) {
            super.delete(key);
            if (point == Point.BETWEEN_DELETE_AND_FORGET) {
                stop();
            }
        }
    }
}
