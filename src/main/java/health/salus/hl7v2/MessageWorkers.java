package health.salus.hl7v2;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The threads in which stored messages are processed. What a crash left waiting is processed at the next start, or by
 * another server on the same database.
 */
final class MessageWorkers implements SmartLifecycle {

    /** Among the last to start and the first to stop, beside the web server. */
    static final int PHASE = DEFAULT_PHASE - 2;

    private static final Logger LOG = LoggerFactory.getLogger(MessageWorkers.class);
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final Supplier<MessageWorker> makeWorker;
    private final int count;
    private final Duration pollInterval;
    private final Duration retryDelay;
    private final Semaphore news = new Semaphore(0);
    private volatile CountDownLatch stopping = new CountDownLatch(0);
    private volatile List<Thread> threads = List.of();

    /**
     * Prepares the threads.
     *
     * @param pollInterval how often an idle thread looks for messages that nobody told it about
     * @param retryDelay   how often it looks while a message waits to be tried again
     */
    MessageWorkers(Supplier<MessageWorker> makeWorker, int count, Duration pollInterval, Duration retryDelay) {
        this.makeWorker = makeWorker;
        this.count = count;
        this.pollInterval = pollInterval;
        this.retryDelay = retryDelay;
    }

    /** Tells a worker that a message waits. */
    void wake() {
        news.release();
    }

    @Override
    public synchronized void start() {
        stopping = new CountDownLatch(1);
        List<Thread> started = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            MessageWorker worker = makeWorker.get();
            Thread thread = new Thread(() -> work(worker), "hl7v2-worker-" + number);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((dead, fault) -> LOG.error(
                    "An HL7 v2 worker has stopped fault={}", fault.getClass().getSimpleName()));
            thread.start();
            started.add(thread);
        }
        threads = List.copyOf(started);
    }

    private void work(MessageWorker worker) {
        try {
            while (stopping.getCount() > 0) {
                Optional<Duration> pause = worker.processNext();
                if (pause.isEmpty()) {
                    idle();
                } else if (stopping.await(pause.get().toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void idle() throws InterruptedException {
        Duration patience = retryDelay.compareTo(pollInterval) < 0 ? retryDelay : pollInterval;
        if (news.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }

    /** Finishes the messages that are being processed and stops. */
    @Override
    public synchronized void stop() {
        stopping.countDown();
        news.release(count);
        try {
            for (Thread thread : threads) {
                thread.join(GRACE.toMillis());
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        threads = List.of();
    }

    @Override
    public synchronized boolean isRunning() {
        return !threads.isEmpty();
    }

    /** Tells whether messages are processed; unlike {@link #isRunning()} it does not wait while the workers stop. */
    boolean isAlive() {
        List<Thread> all = threads;
        return !all.isEmpty() && all.stream().allMatch(Thread::isAlive);
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
