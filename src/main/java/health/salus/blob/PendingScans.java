package health.salus.blob;

import health.salus.scan.ContentScanner;
import health.salus.scan.ScanVerdict;
import health.salus.scan.WatchedInputStream;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Scans what came in while the scanner did not answer. Several servers may do it at once: what one has decided, the other
 * leaves.
 */
@Component
class PendingScans {

    private static final Logger LOG = LoggerFactory.getLogger(PendingScans.class);
    // One that cannot be scanned must not keep the others waiting, and a scanner that is down need not be asked for
    // each.
    private static final int PATIENCE = 3;

    private final ScanRows rows;
    private final ObjectReader reader;
    private final ContentScanner scanner;

    PendingScans(ScanRows rows, ObjectReader reader, ContentScanner scanner, MeterRegistry meters) {
        this.rows = rows;
        this.reader = reader;
        this.scanner = scanner;
        Gauge.builder("salus.blob.unscanned", rows, ScanRows::waiting)
                .description("How many objects are not served because no scanner has looked into them")
                .register(meters);
    }

    @Scheduled(
            fixedDelayString = "${salus.scan.rescan-interval:1m}",
            initialDelayString = "${salus.scan.rescan-interval:1m}")
    void run() {
        if (!scanner.isOn()) {
            return;
        }
        int failures = 0;
        for (StoredObject object : rows.unscanned()) {
            failures = scan(object) ? 0 : failures + 1;
            if (failures == PATIENCE) {
                return;
            }
        }
    }

    /** Returns whether the scanner could say anything. */
    private boolean scan(StoredObject object) {
        try {
            return decide(object, verdict(object));
        } catch (IOException | BlobStoreUnavailableException | BlobNotFoundException e) {
            LOG.warn("Object {} could not be read for a scan", object.key(), e);
            return false;
        }
    }

    private ScanVerdict verdict(StoredObject object) throws IOException {
        try (var content = reader.open(object);
                WatchedInputStream watched = scanner.watch(content)) {
            watched.transferTo(OutputStream.nullOutputStream());
            return watched.verdict();
        }
    }

    private boolean decide(StoredObject object, ScanVerdict verdict) {
        switch (verdict.result()) {
            case CLEAN -> rows.release(object.key(), true);
            case SKIPPED -> rows.release(object.key(), false);
            case INFECTED -> {
                LOG.error("Object {} is infected by {}; nobody gets it", object.key(), verdict.detail());
                rows.infect(object.key());
            }
            case UNKNOWN -> {
                LOG.warn("Object {} still waits for its scan: {}", object.key(), verdict.detail());
                return false;
            }
        }
        return true;
    }
}
