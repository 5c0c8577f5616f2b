package health.salus.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Clients that send one request after the other, each as soon as the last one is answered. */
final class LoadDriver {

    /** One step of one client. The random numbers begin alike in every run, so that both servers are asked the same. */
    interface Step {

        void run(Random random) throws Exception;
    }

    /**
     * What came of a workload.
     *
     * @param nanoseconds how long each request took, in ascending order
     * @param failed      requests that threw
     * @param elapsed     from the first to the last
     */
    record Result(long[] nanoseconds, int failed, Duration elapsed) {

        double perSecond() {
            return nanoseconds.length * 1e9 / elapsed.toNanos();
        }

        /** Milliseconds within which this share of the requests was answered. */
        double percentile(double share) {
            return nanoseconds.length == 0
                    ? 0
                    : nanoseconds[(int) Math.ceil(share * nanoseconds.length) - 1] / 1e6;
        }
    }

    private LoadDriver() {}

    static Result run(int clients, Duration time, Step step) throws InterruptedException {
        long start = System.nanoTime();
        long end = start + time.toNanos();
        List<Callable<List<Long>>> loops = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            Random random = new Random(client);
            loops.add(() -> loop(random, end, step));
        }
        List<Long> all = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            for (Future<List<Long>> loop : threads.invokeAll(loops)) {
                all.addAll(loop.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
        long[] succeeded =
                all.stream().mapToLong(Long::longValue).filter(it -> it >= 0).sorted().toArray();
        return new Result(succeeded, all.size() - succeeded.length, Duration.ofNanos(System.nanoTime() - start));
    }

    /** Sends a fixed list of requests, as fast as so many clients can. */
    static Result runAll(int clients, List<Callable<?>> requests) throws InterruptedException {
        long start = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<Long>> running = requests.stream()
                    .map(request -> threads.submit(() -> timed(request)))
                    .toList();
            long[] taken = new long[running.size()];
            for (int i = 0; i < taken.length; i++) {
                taken[i] = running.get(i).get();
            }
            Arrays.sort(taken);
            return new Result(taken, 0, Duration.ofNanos(System.nanoTime() - start));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Long> loop(Random random, long end, Step step) {
        List<Long> taken = new ArrayList<>();
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            try {
                step.run(random);
                taken.add(System.nanoTime() - start);
            } catch (Exception e) {
                if (taken.stream().noneMatch(it -> it < 0)) {
                    System.out.println("failed: " + e.getMessage());
                }
                taken.add(-1L);
            }
        }
        return taken;
    }

    private static long timed(Callable<?> request) throws Exception {
        long start = System.nanoTime();
        request.call();
        return System.nanoTime() - start;
    }
}
