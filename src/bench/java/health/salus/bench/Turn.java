package health.salus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One server's turn in one round: an empty database, the import, the mixes, a second start. */
final class Turn {

    private static final int[] IMPORT_CLIENTS = {1, 4, 20};
    private static final double MEGABYTE = 1024 * 1024;

    private final BenchmarkSettings settings;
    private final Database database;
    private final Launcher launcher;
    private final Measurements measurements;
    private final String server;
    private final int round;

    Turn(
            BenchmarkSettings settings,
            Database database,
            Launcher launcher,
            Measurements measurements,
            String server,
            int round) {
        this.settings = settings;
        this.database = database;
        this.launcher = launcher;
        this.measurements = measurements;
        this.server = server;
        this.round = round;
    }

    void run() throws Exception {
        String url = database.create(server);
        try (RunningServer running = launcher.start(server, url)) {
            note("first start", "s", running.ready().toMillis() / 1000.0);
            load(running);
            database.analyze(server);
            note("after import", "database MB", database.bytes(server) / MEGABYTE);
            Sample sample = Sample.of(running.http());
            for (Map.Entry<String, LoadDriver.Step> mix :
                    new Workloads(running.http(), sample).mixes().entrySet()) {
                if (settings.includes(mix.getKey())) {
                    measure(running, mix.getKey(), mix.getValue());
                }
            }
            note("after all", "memory MB", running.memory() / MEGABYTE);
        }
        try (RunningServer again = launcher.start(server, url)) {
            note("start", "s", again.ready().toMillis() / 1000.0);
            note("start", "CPU s", again.processorTime().toMillis() / 1000.0);
            note("start", "memory MB", again.memory() / MEGABYTE);
        }
    }

    private void load(RunningServer running) throws Exception {
        SyntheaBundles bundles = SyntheaBundles.in(settings.data(), settings.bundles());
        for (Path file : bundles.shared()) {
            BundleLoad.send(running, Files.readAllBytes(file));
        }
        for (int i = 0; i < IMPORT_CLIENTS.length; i++) {
            load(running, bundles.share(i, IMPORT_CLIENTS.length), IMPORT_CLIENTS[i]);
        }
    }

    private void load(RunningServer running, List<Path> files, int clients) throws Exception {
        BundleLoad bundles = BundleLoad.of(files);
        Cost before = Cost.of(running, database);
        LoadDriver.Result result = bundles.send(running, clients);
        String workload = "import, " + clients + " clients";
        note(workload, "resources/s", bundles.resources() * 1e9 / result.elapsed().toNanos());
        note(workload, "CPU ms", Cost.of(running, database).since(before) / bundles.resources());
    }

    private void measure(RunningServer running, String workload, LoadDriver.Step step) throws Exception {
        LoadDriver.run(settings.clients(), Duration.ofSeconds(settings.warmUp()), step);
        Cost before = Cost.of(running, database);
        LoadDriver.Result result = LoadDriver.run(settings.clients(), Duration.ofSeconds(settings.seconds()), step);
        double cost = Cost.of(running, database).since(before);
        note(workload, "requests/s", result.perSecond());
        note(workload, "p50 ms", result.percentile(0.50));
        note(workload, "p99 ms", result.percentile(0.99));
        note(workload, "CPU ms", cost / Math.max(1, result.nanoseconds().length));
        if (result.failed() > 0) {
            note(workload, "failed", result.failed());
        }
    }

    private void note(String workload, String metric, double value) throws IOException {
        measurements.add(new Measurement(server, round, workload.replace(',', ' '), metric, value));
    }

    /**
     * Processor time used so far.
     *
     * @param milliseconds of the server and of PostgreSQL
     */
    private record Cost(double milliseconds) {

        static Cost of(RunningServer running, Database database) {
            Duration postgres = database.processes()
                    .map(it -> it.info().totalCpuDuration().orElse(Duration.ZERO))
                    .reduce(Duration.ZERO, Duration::plus);
            return new Cost(running.processorTime().plus(postgres).toMillis());
        }

        double since(Cost before) {
            return milliseconds - before.milliseconds;
        }
    }
}
