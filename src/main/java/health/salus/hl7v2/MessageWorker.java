package health.salus.hl7v2;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Processes stored messages one after the other in the order of their arrival.
 *
 * <p>While a message cannot be written for a fault that passes, those behind it wait: a correction must not be overtaken by
 * the result that it corrects. What a crash left waiting is processed at the next start.
 */
final class MessageWorker implements SmartLifecycle {

    /** Among the last to start and the first to stop, beside the web server. */
    static final int PHASE = DEFAULT_PHASE - 2;

    private static final Logger LOG = LoggerFactory.getLogger(MessageWorker.class);
    private static final int ATTEMPTS = 5;
    private static final int LONGEST_DELAY = 30;
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final MessageStore store;
    private final MessageProcessor processor;
    private final Duration pollInterval;
    private final Duration retryDelay;
    private final MeterRegistry meters;
    private final Semaphore news = new Semaphore(0);
    private volatile CountDownLatch stopping = new CountDownLatch(0);
    private volatile @Nullable Thread thread;
    private int pauses;
    private int attempts;

    MessageWorker(
            MessageStore store,
            MessageProcessor processor,
            Duration pollInterval,
            Duration retryDelay,
            MeterRegistry meters) {
        this.store = store;
        this.processor = processor;
        this.pollInterval = pollInterval;
        this.retryDelay = retryDelay;
        this.meters = meters;
    }

    /** Tells the worker that a message waits. */
    void wake() {
        news.release();
    }

    @Override
    public synchronized void start() {
        stopping = new CountDownLatch(1);
        Thread worker = new Thread(this::work, "hl7v2-worker");
        worker.setDaemon(true);
        worker.setUncaughtExceptionHandler((dead, fault) -> LOG.error(
                "HL7 v2 processing has stopped fault={}", fault.getClass().getSimpleName()));
        worker.start();
        thread = worker;
    }

    private void work() {
        try {
            while (stopping.getCount() > 0) {
                if (!processNext()) {
                    news.tryAcquire(pollInterval.toMillis(), TimeUnit.MILLISECONDS);
                    news.drainPermits();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Processes one message; false if none waits. */
    private boolean processNext() throws InterruptedException {
        try {
            Optional<WaitingMessage> next = store.next();
            if (next.isEmpty()) {
                return false;
            }
            Outcome outcome = processor.process(next.get());
            if (outcome instanceof Outcome.Postponed postponed) {
                postpone(next.get(), postponed);
                return true;
            }
            finish(next.get(), outcome);
        } catch (RuntimeException | Error unreachable) {
            pause("The message store cannot be reached: "
                    + unreachable.getClass().getSimpleName());
        }
        return true;
    }

    private void finish(WaitingMessage message, Outcome outcome) {
        record(message, outcome);
        pauses = 0;
        attempts = 0;
    }

    private void record(WaitingMessage message, Outcome outcome) {
        if (outcome instanceof Outcome.Processed processed) {
            store.markProcessed(message.id(), processed.warnings(), processor.mappingVersion());
            meters.counter("salus.hl7v2.processed", "outcome", "processed").increment();
            LOG.info(
                    "Processed HL7 v2 message id={} tenant={} feed={} warnings={}",
                    message.id(),
                    message.tenant(),
                    message.feed(),
                    processed.warnings().size());
        } else if (outcome instanceof Outcome.Parked parked) {
            store.park(message.id(), parked.reason(), processor.mappingVersion());
            meters.counter("salus.hl7v2.processed", "outcome", "parked").increment();
            LOG.warn(
                    "Parked HL7 v2 message id={} tenant={} feed={} reason={}",
                    message.id(),
                    message.tenant(),
                    message.feed(),
                    parked.reason());
        }
    }

    private void postpone(WaitingMessage message, Outcome.Postponed postponed) throws InterruptedException {
        // The database may stay away for as long as it likes, but a fault that may be the message's own ends in
        // parking.
        if (postponed.persistent() && ++attempts >= ATTEMPTS) {
            finish(message, new Outcome.Parked(postponed.reason() + " (tried " + ATTEMPTS + " times)"));
            return;
        }
        pause(postponed.reason());
    }

    private void pause(String reason) throws InterruptedException {
        int factor = Math.min(1 << Math.min(pauses, 5), LONGEST_DELAY);
        pauses++;
        Duration delay = retryDelay.multipliedBy(factor);
        LOG.warn("HL7 v2 processing pauses delay={} reason={}", delay, reason);
        meters.counter("salus.hl7v2.processed", "outcome", "postponed").increment();
        boolean stopped = stopping.await(delay.toMillis(), TimeUnit.MILLISECONDS);
        LOG.debug("HL7 v2 processing goes on stopped={}", stopped);
    }

    /** Finishes the message that is being processed and stops. */
    @Override
    public synchronized void stop() {
        Thread worker = thread;
        if (worker == null) {
            return;
        }
        stopping.countDown();
        wake();
        try {
            worker.join(GRACE.toMillis());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }

    /** Tells whether messages are processed; unlike {@link #isRunning()} it does not wait while the worker stops. */
    boolean isAlive() {
        Thread worker = thread;
        return worker != null && worker.isAlive();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
