package health.salus.blob;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Scans what came in while the scanner did not answer. Several servers may do it at once: what one has decided, the other
 * leaves.
 */
@Component
class PendingScans {

    private final ScanRows rows;
    private final LateScan scan;

    PendingScans(ScanRows rows, LateScan scan, MeterRegistry meters) {
        this.rows = rows;
        this.scan = scan;
        Gauge.builder("salus.blob.unscanned", rows, ScanRows::waiting)
                .description("How many objects are not served because no scanner has looked into them")
                .register(meters);
    }

    @Scheduled(
            fixedDelayString = "${salus.scan.rescan-interval:1m}",
            initialDelayString = "${salus.scan.rescan-interval:1m}")
    void run() {
        if (!scan.isOn()) {
            return;
        }
        int failures = 0;
        for (StoredObject object : rows.unscanned()) {
            failures = scan.scan(object) ? 0 : failures + 1;
            if (failures == LateScan.PATIENCE) {
                return;
            }
        }
    }
}
