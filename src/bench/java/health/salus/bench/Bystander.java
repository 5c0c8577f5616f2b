package health.salus.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Somebody who reads a resource every now and then while others use the server. */
final class Bystander {

    private static final long PAUSE_MILLIS = 20;

    private final Http http;
    private final String location;

    /** @param location of a resource that can be read */
    Bystander(Http http, String location) {
        this.http = http;
        this.location = location;
    }

    /**
     * Reads while a task runs.
     *
     * @return the median time of a read, in milliseconds
     * @throws IOException if a read is not answered
     */
    double during(Callable<?> task) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        CountDownLatch end = new CountDownLatch(1);
        Future<List<Double>> times = thread.submit(() -> readUntil(end));
        try {
            task.call();
        } finally {
            end.countDown();
            thread.shutdown();
        }
        List<Double> sorted = times.get().stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private List<Double> readUntil(CountDownLatch end) throws IOException, InterruptedException {
        List<Double> times = new ArrayList<>();
        do {
            long start = System.nanoTime();
            Http.Answer answer = http.get(location);
            if (answer.status() != 200) {
                throw new IOException("Answered " + answer.status());
            }
            times.add((System.nanoTime() - start) / 1e6);
        } while (!end.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        return times;
    }
}
