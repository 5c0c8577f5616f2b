package health.salus.searchparameter;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;

import java.time.Duration;

/**
 * The thread that follows changes of search parameters, those made on other servers too, and reads again what they are about.
 * What a crash or a stop interrupts goes on at the next start, or on another server.
 */
@Component
class ReindexWorker implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ReindexWorker.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int AT_ONCE = 100;
    private static final int MOST_ATTEMPTS = 3;

    private final UsableSearchParameters parameters;
    private final SearchParameterChanges changes;
    private final ReindexStep step;
    private volatile @Nullable Thread thread;
    private boolean adopted;
    // How many resources are still to be read one by one, and how often the next of them has failed.
    private int singly;
    private int failures;

    ReindexWorker(
            UsableSearchParameters parameters,
            SearchParameterChanges changes,
            ReindexStep step,
            MeterRegistry registry) {
        this.parameters = parameters;
        this.changes = changes;
        this.step = step;
        Gauge.builder("salus.reindex.remaining", step, ReindexStep::remaining)
                .description("Resources that have to be indexed again before searches by a search parameter find them")
                .register(registry);
    }

    @Override
    public synchronized void start() {
        Thread started = new Thread(this::work, "reindex-worker");
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    private void work() {
        try {
            while (thread == Thread.currentThread()) {
                if (!goOn()) {
                    Thread.sleep(LOOK.toMillis());
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether there is more to do at once. */
    private boolean goOn() {
        try {
            if (!adopted) {
                changes.adopt();
                adopted = true;
            }
            if (!parameters.follow()) {
                return false;
            }
            step.start();
            return run();
        } catch (RuntimeException e) {
            LOG.warn("Search parameters cannot be followed now fault={}", place(e));
            return false;
        }
    }

    // What fails together is tried one by one, so that a resource that cannot be indexed is known and passed over.
    private boolean run() {
        boolean alone = singly > 0;
        try {
            boolean more = step.run(alone ? 1 : AT_ONCE);
            singly = Math.max(0, singly - 1);
            failures = 0;
            return more;
        } catch (TransientDataAccessException | CannotCreateTransactionException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warn("Resources cannot be indexed alone={} fault={}", alone, place(e));
            if (!alone) {
                singly = AT_ONCE;
                return true;
            }
            failures++;
            if (failures < MOST_ATTEMPTS) {
                return false;
            }
            failures = 0;
            step.skip();
            return true;
        }
    }

    // Messages of faults may quote resources; where it happened may be told.
    private static String place(Throwable fault) {
        StackTraceElement[] trace = fault.getStackTrace();
        return fault.getClass().getSimpleName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }

    @Override
    public synchronized void stop() {
        Thread stopped = thread;
        thread = null;
        if (stopped != null) {
            try {
                stopped.join(PATIENCE.toMillis());
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** Among the last to start and the first to stop. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 2;
    }
}
