package health.salus.hl7v2;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What is done from time to time: looking at the feeds and the drop folders, and deleting old messages. */
final class Housekeeping implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration RETENTION_INTERVAL = Duration.ofHours(1);

    private final FeedMonitor monitor;
    private final MessageStore store;
    private final Optional<DropDirectory> drop;
    private final Duration retention;
    private final Duration interval;
    private @Nullable ScheduledExecutorService thread;

    /**
     * Prepares it.
     *
     * @param interval how often feeds and folders are looked at
     */
    Housekeeping(
            FeedMonitor monitor,
            MessageStore store,
            Optional<DropDirectory> drop,
            Duration retention,
            Duration interval) {
        this.monitor = monitor;
        this.store = store;
        this.drop = drop;
        this.retention = retention;
        this.interval = interval;
    }

    @Override
    public synchronized void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread housekeeper = new Thread(work, "hl7v2-housekeeping");
            housekeeper.setDaemon(true);
            return housekeeper;
        });
        repeat(started, monitor::look, interval);
        drop.ifPresent(it -> repeat(started, it::look, interval));
        repeat(started, this::deleteOld, RETENTION_INTERVAL);
        thread = started;
    }

    private static void repeat(ScheduledExecutorService thread, Runnable work, Duration interval) {
        thread.scheduleWithFixedDelay(
                () -> runSafely(work), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What is thrown would end the repetition for good. */
    private static void runSafely(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error fault) {
            LOG.warn("HL7 v2 housekeeping failed fault={}", fault.getClass().getSimpleName());
        }
    }

    private void deleteOld() {
        int deleted = store.deleteDone(Instant.now().minus(retention));
        if (deleted > 0) {
            LOG.info("Deleted old HL7 v2 messages count={} retention={}", deleted, retention);
        }
    }

    @Override
    public synchronized void stop() {
        if (thread != null) {
            thread.shutdownNow();
            thread = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }

    /** Stops before the workers, which take in what it still finds. */
    @Override
    public int getPhase() {
        return MessageWorkers.PHASE + 1;
    }
}
