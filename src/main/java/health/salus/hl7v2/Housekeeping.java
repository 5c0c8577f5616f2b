package health.salus.hl7v2;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What is done from time to time, one after the other in one thread: looking at feeds and folders, deleting what is old. */
final class Housekeeping implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final List<Chore> chores;
    private @Nullable ScheduledExecutorService thread;

    Housekeeping(List<Chore> chores) {
        this.chores = List.copyOf(chores);
    }

    @Override
    public synchronized void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread housekeeper = new Thread(work, "hl7v2-housekeeping");
            housekeeper.setDaemon(true);
            return housekeeper;
        });
        chores.forEach(chore -> repeat(started, chore.work(), chore.interval()));
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
