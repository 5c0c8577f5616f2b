package health.salus.bench;

import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Transactions that are read from files before any of them is sent, so that reading does not count.
 *
 * @param bundles   as JSON
 * @param resources how many there are in all of them
 */
record BundleLoad(List<byte[]> bundles, int resources) {

    static BundleLoad of(List<Path> files) throws IOException {
        List<byte[]> bundles = new ArrayList<>();
        int resources = 0;
        for (Path file : files) {
            byte[] bundle = Files.readAllBytes(file);
            resources += new ObjectMapper().readTree(bundle).path("entry").size();
            bundles.add(bundle);
        }
        return new BundleLoad(bundles, resources);
    }

    /** Sends all of them, as fast as so many clients can; fails if one is not taken. */
    LoadDriver.Result send(RunningServer running, int clients) throws InterruptedException {
        List<Callable<?>> requests = new ArrayList<>();
        bundles.forEach(bundle -> requests.add(() -> send(running, bundle)));
        return LoadDriver.runAll(clients, requests);
    }

    /** Sends one. */
    static Object send(RunningServer running, byte[] bundle) throws IOException {
        Http.Answer answer = running.http().send("POST", "", bundle);
        Workloads.require(answer, 200);
        return answer;
    }
}
