package health.salus.blob;

import health.salus.tenant.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Deletes what nobody needs any more. Nothing else deletes an object that a resource may have held.
 *
 * <p>First the row says that the object is condemned, then the object goes, then the row: whenever a server is killed, the
 * next run finds the row and goes on.
 */
@Component
public class BlobSweep {

    private static final Logger LOG = LoggerFactory.getLogger(BlobSweep.class);

    private final SweepRows rows;
    private final BlobStore store;
    private final BlobSettings settings;
    private final MeterRegistry meters;
    private final AtomicLong lastSuccess = new AtomicLong();

    BlobSweep(SweepRows rows, BlobStore store, BlobSettings settings, MeterRegistry meters) {
        this.rows = rows;
        this.store = store;
        this.settings = settings;
        this.meters = meters;
        TimeGauge.builder("salus.blob.sweep.last.success", lastSuccess, TimeUnit.MILLISECONDS, AtomicLong::get)
                .description("When the sweep last came to its end on this server, as a Unix time; 0 if it has not yet")
                .register(meters);
    }

    /**
     * Deletes a blob at once that was made for a while only, unless a resource holds it. If the store does not answer, its
     * bytes go with the next run.
     */
    public void discard(TenantId tenant, BlobId id) {
        rows.delete(tenant, id);
        try {
            deleteCondemned();
        } catch (BlobStoreUnavailableException e) {
            LOG.warn("Blob {} of tenant {} is gone, its bytes not yet", id, tenant, e);
        }
    }

    /** Sweeps, unless another server is at it. */
    @Scheduled(
            fixedDelayString = "${salus.blob.sweep-interval:1h}",
            initialDelayString = "${salus.blob.sweep-interval:1h}")
    void run() {
        try {
            rows.alone(this::sweep);
            lastSuccess.set(System.currentTimeMillis());
        } catch (BlobStoreUnavailableException e) {
            LOG.warn("The sweep was broken off; the next one goes on", e);
        }
    }

    private void sweep() {
        int blobs = rows.deleteUnreferenced(settings.grace());
        rows.condemnUnfinished(settings.grace());
        int objects = deleteCondemned();
        int leftovers = store.discardLeftovers(settings.stagingAge());
        count("blobs", blobs);
        count("objects", objects);
        count("leftovers", leftovers);
        if (blobs + objects + leftovers > 0) {
            LOG.info("Swept away blobs={} objects={} leftovers={}", blobs, objects, leftovers);
        }
    }

    private int deleteCondemned() {
        int count = 0;
        for (List<BlobKey> keys = rows.condemned(); !keys.isEmpty(); keys = rows.condemned()) {
            for (BlobKey key : keys) {
                store.delete(key);
                rows.forget(key);
                count++;
            }
        }
        return count;
    }

    private void count(String what, int number) {
        meters.counter("salus.blob.swept", "what", what).increment(number);
    }
}
