package health.salus.database;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A PostgreSQL that outlived the Salus that started it, as it does when Java is killed. It still holds the cluster, so
 * that no second one can start.
 *
 * @param cluster  the cluster it holds
 * @param binaries the folder of the programs that Salus unpacked; no other program is ever ended
 */
record OrphanedServer(Path cluster, Path binaries) {

    private static final Logger LOG = LoggerFactory.getLogger(OrphanedServer.class);
    private static final int PATIENCE_SECONDS = 60;

    /** Ends it, if there is one, and waits until it is gone. The caller holds the lock of the directory. */
    void stop() throws IOException {
        if (!Files.isDirectory(binaries)) {
            return;
        }
        // The maker of a cluster writes no number anywhere; it goes first, since it may clean up behind itself.
        for (ProcessHandle maker : clusterMakers(binaries.toRealPath())) {
            end(maker);
        }
        Optional<ProcessHandle> server = server(binaries.toRealPath());
        if (server.isPresent()) {
            end(server.get());
        }
    }

    private void end(ProcessHandle process) throws IOException {
        LOG.warn("Ending the PostgreSQL that an earlier start left behind: process {}", process.pid());
        process.destroy();
        try {
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for PostgreSQL to end", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("PostgreSQL, process " + process.pid() + ", still uses " + cluster, e);
        }
    }

    private static List<ProcessHandle> clusterMakers(Path programs) {
        return ProcessHandle.allProcesses()
                .filter(process -> command(process)
                        .filter(it -> it.startsWith(programs))
                        .filter(it -> it.getFileName().toString().startsWith("initdb"))
                        .isPresent())
                .toList();
    }

    // The number may belong to another program by now, even to a PostgreSQL that is not ours.
    private Optional<ProcessHandle> server(Path programs) throws IOException {
        Path file = cluster.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return ProcessHandle.of(processId(file))
                .filter(ProcessHandle::isAlive)
                .filter(process ->
                        command(process).filter(it -> it.startsWith(programs)).isPresent());
    }

    private static long processId(Path file) throws IOException {
        String first = Files.readString(file).lines().findFirst().orElse("").strip();
        try {
            // PostgreSQL writes a negative number while it makes a cluster.
            return Math.abs(Long.parseLong(first));
        } catch (NumberFormatException e) {
            throw new IOException(
                    file + " names no process; make sure that no PostgreSQL uses the cluster, then delete that file",
                    e);
        }
    }

    private static Optional<Path> command(ProcessHandle process) {
        return process.info().command().map(Path::of);
    }
}
