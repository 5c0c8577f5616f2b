package health.salus.bulk;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The threads that work on jobs. What a crash or a stop interrupts goes on at the next start, or on another server. */
@Component
class JobWorkers implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(JobWorkers.class);
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final JobWorker worker;
    private final int count;
    private final Semaphore news = new Semaphore(0);
    private volatile CountDownLatch stopping = new CountDownLatch(0);
    private volatile List<Thread> threads = List.of();

    JobWorkers(JobWorker worker, BulkSettings settings) {
        this.worker = worker;
        this.count = settings.workers();
    }

    /** Tells a worker of this server that there is a job. */
    void wake() {
        news.release();
    }

    @Override
    public synchronized void start() {
        stopping = new CountDownLatch(1);
        List<Thread> started = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            Thread thread = new Thread(this::work, "bulk-worker-" + number);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((dead, fault) -> LOG.error(
                    "A bulk worker has stopped fault={}", fault.getClass().getSimpleName()));
            thread.start();
            started.add(thread);
        }
        threads = List.copyOf(started);
    }

    private void work() {
        try {
            while (stopping.getCount() > 0) {
                if (!worker.workOnNext()) {
                    news.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Breaks off what is under way; what was not noted yet is done again. */
    @Override
    public synchronized void stop() {
        stopping.countDown();
        threads.forEach(Thread::interrupt);
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
    public boolean isRunning() {
        return !threads.isEmpty();
    }

    /** Among the last to start and the first to stop. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 2;
    }
}
