package health.salus.database;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A PostgreSQL that outlived the Salus that started it, as it does when Java is killed. It still holds the cluster, so
 * that no second one can start.
 */
record OrphanedServer(Path cluster) {

    private static final Logger LOG = LoggerFactory.getLogger(OrphanedServer.class);
    private static final int PATIENCE_SECONDS = 60;

    static OrphanedServer of(Path cluster) {
        return new OrphanedServer(cluster);
    }

    /** Ends it, if there is one, and waits until it is gone. */
    void stop() throws IOException {
        Optional<ProcessHandle> orphan = process();
        if (orphan.isEmpty()) {
            return;
        }
        LOG.warn(
                "Ending the PostgreSQL that an earlier start left behind: process {}",
                orphan.get().pid());
        orphan.get().destroy();
        try {
            orphan.get().onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for PostgreSQL to end", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("PostgreSQL, process " + orphan.get().pid() + ", still uses " + cluster, e);
        }
    }

    private Optional<ProcessHandle> process() throws IOException {
        Path pidFile = cluster.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        String pid = Files.readAllLines(pidFile).get(0).strip();
        return ProcessHandle.of(Long.parseLong(pid))
                .filter(ProcessHandle::isAlive)
                .filter(OrphanedServer::isPostgres);
    }

    // The number may belong to another program by now.
    private static boolean isPostgres(ProcessHandle process) {
        return process.info().command().map(it -> it.contains("postgres")).orElse(false);
    }
}
