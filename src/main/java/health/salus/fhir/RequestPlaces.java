package health.salus.fhir;

import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** As many places as requests that the machine gets on with at a time. */
@Component
class RequestPlaces {

    private static final int EACH_PROCESSOR = 8;

    private final Semaphore places;
    private final Duration patience;

    RequestPlaces(FhirSettings settings) {
        int asked = settings.maxConcurrentRequests();
        this.places = new Semaphore(
                asked > 0 ? asked : EACH_PROCESSOR * Runtime.getRuntime().availableProcessors(), true);
        this.patience = settings.overloadPatience();
    }

    /** Takes a place, waiting for a while if there is none; returns false if there still is none then. */
    boolean await() throws InterruptedException {
        return places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Takes a place if there is one now and nobody waits for it. */
    boolean take() {
        try {
            return places.tryAcquire(0, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Gives a place back. */
    void giveBack() {
        places.release();
    }
}
