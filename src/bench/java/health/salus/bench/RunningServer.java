package health.salus.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A server in a process of its own.
 *
 * @param process the Java that serves
 * @param http    a client of it
 * @param ready   from the start of the process to the first answer
 */
record RunningServer(Process process, Http http, Duration ready) implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Starts a command and waits until it answers {@code /metadata}. */
    static RunningServer start(List<String> command, Map<String, String> environment, Http http, File log)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().keySet().removeIf(it -> it.startsWith("SALUS_"));
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        Process process = builder.start();
        while (!answers(http)) {
            Duration waited = Duration.ofNanos(System.nanoTime() - start);
            if (!process.isAlive() || waited.compareTo(PATIENCE) > 0) {
                process.destroyForcibly();
                throw new IOException("The server did not start; see " + log);
            }
            Thread.sleep(50);
        }
        return new RunningServer(process, http, Duration.ofNanos(System.nanoTime() - start));
    }

    private static boolean answers(Http http) {
        try {
            return http.get("/metadata").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Processor time that the server has used so far. */
    Duration processorTime() {
        return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Bytes of memory that the process holds; 0 where the system does not tell. */
    long memory() throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(it -> it.startsWith("VmRSS:"))
                .mapToLong(it -> Long.parseLong(it.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
