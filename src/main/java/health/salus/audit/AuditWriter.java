package health.salus.audit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import javax.sql.DataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Writes the trail: one thread takes all that waits and commits it together, so that many answers share one wait for the
 * disk.
 */
final class AuditWriter implements AuditTrail, SmartLifecycle {

    /** Before everything that could bring something about, and after it when the server stops. */
    static final int PHASE = 0;

    private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_AT_ONCE = 500;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final LinkedBlockingQueue<WaitingEntry> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final AuditChain chain;
    private final Duration timeout;
    private final List<WaitingEntry> owed = new ArrayList<>();
    private volatile @Nullable Thread thread;
    private volatile boolean stopping;

    AuditWriter(DataSource database, AuditSecret secret, Duration timeout) {
        this.chain = new AuditChain(database, secret);
        this.timeout = timeout;
    }

    @Override
    public void record(AuditEntry entry) {
        WaitingEntry own = WaitingEntry.of(entry);
        if (stopping || !waiting.offer(own)) {
            throw new AuditUnavailableException(null);
        }
        own.await(timeout);
    }

    /** Returns the end of the chain as this server last wrote it; nothing if it has not written yet. */
    Optional<ChainLink> last() {
        return chain.lastWritten();
    }

    @Override
    public synchronized void start() {
        stopping = false;
        Thread writer = new Thread(this::work, "audit-writer");
        writer.setDaemon(true);
        writer.start();
        thread = writer;
    }

    private void work() {
        try {
            while (!stopping || !waiting.isEmpty()) {
                WaitingEntry first = waiting.poll(RETRY.toMillis(), TimeUnit.MILLISECONDS);
                writeOwed();
                if (first != null) {
                    List<WaitingEntry> batch = new ArrayList<>(List.of(first));
                    waiting.drainTo(batch, MOST_AT_ONCE - 1);
                    write(batch);
                }
            }
            writeOwed();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            chain.close();
        }
    }

    private void write(List<WaitingEntry> batch) {
        List<WaitingEntry> wanted =
                batch.stream().filter(it -> !it.isAbandoned()).toList();
        try {
            chain.add(wanted.stream().map(WaitingEntry::row).toList());
            wanted.forEach(WaitingEntry::written);
        } catch (SQLException | RuntimeException notWritten) {
            // The database's own words may quote the row.
            LOG.error(
                    "The audit trail cannot be written fault={} state={} entries={}",
                    notWritten.getClass().getSimpleName(),
                    notWritten instanceof SQLException fault ? fault.getSQLState() : "",
                    wanted.size());
            wanted.forEach(it -> it.failed(notWritten));
            wanted.stream().filter(WaitingEntry::hadEffect).forEach(owed::add);
        }
    }

    // What had an effect is written down later rather than never; whoever waited for it has been told that it failed.
    private void writeOwed() {
        if (owed.isEmpty()) {
            return;
        }
        try {
            chain.add(owed.stream().map(WaitingEntry::row).toList());
            LOG.warn("Written to the audit trail late entries={}", owed.size());
            owed.clear();
        } catch (SQLException | RuntimeException stillAway) {
            LOG.debug("The audit trail is still away", stillAway);
        }
    }

    /** Writes what waits and stops. */
    @Override
    public synchronized void stop() {
        Thread writer = thread;
        stopping = true;
        if (writer == null) {
            return;
        }
        try {
            writer.join(timeout.plus(RETRY).toMillis());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
