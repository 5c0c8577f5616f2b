package health.salus.blob;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Scans what was stored before there was a scanner, the newest first, since that is what is read most. It works for as long as it
 * rests, so that store and scanner have time for those who wait. Several servers may do it at once: each object is claimed before it
 * is read, and one that nothing came of, or whose server died, is free again after a while.
 */
@Component
class UnseenContent {

    private static final Logger LOG = LoggerFactory.getLogger(UnseenContent.class);
    // Longer than the scan of one object ever takes.
    private static final Duration CLAIM = Duration.ofHours(1);

    private final ScanRows rows;
    private final LateScan scan;
    private final Duration round;
    private final AtomicLong waiting = new AtomicLong();
    private final Counter scanned;

    UnseenContent(
            ScanRows rows,
            LateScan scan,
            @Value("${salus.scan.rescan-interval:1m}") Duration round,
            MeterRegistry meters) {
        this.rows = rows;
        this.scan = scan;
        this.round = round;
        Gauge.builder("salus.blob.unseen", waiting, AtomicLong::get)
                .description("How many objects came before the scanner and are not scanned yet, as of the last round")
                .register(meters);
        this.scanned = Counter.builder("salus.blob.unseen.scanned")
                .description("How many objects that came before the scanner this server has dealt with")
                .register(meters);
    }

    @Scheduled(
            fixedDelayString = "${salus.scan.rescan-interval:1m}",
            initialDelayString = "${salus.scan.rescan-interval:1m}")
    void run() {
        if (!scan.isOn()) {
            return;
        }
        long done = scanUntil(Instant.now().plus(round));
        ScanRows.Unseen left = rows.unseen(scan.maxSize());
        waiting.set(left.waiting());
        if (done > 0) {
            scanned.increment(done);
            LOG.info(
                    "Scanned {} objects that came before the scanner; {} wait, {} are too large for it",
                    done,
                    left.waiting(),
                    left.tooLarge());
        }
    }

    private long scanUntil(Instant end) {
        long done = 0;
        int failures = 0;
        while (failures < LateScan.PATIENCE && Instant.now().isBefore(end)) {
            Optional<StoredObject> next = rows.claimUnseen(scan.maxSize(), CLAIM);
            if (next.isEmpty()) {
                return done;
            }
            if (scan.scan(next.get())) {
                failures = 0;
                done++;
            } else {
                failures++;
            }
        }
        return done;
    }
}
