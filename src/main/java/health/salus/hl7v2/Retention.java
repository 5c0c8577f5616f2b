package health.salus.hl7v2;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;

/** Deletes what is done and older than agreed. */
final class Retention implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final MessageStore store;
    private final UnmappedCodes codes;
    private final Duration retention;

    Retention(MessageStore store, UnmappedCodes codes, Duration retention) {
        this.store = store;
        this.codes = codes;
        this.retention = retention;
    }

    @Override
    public void run() {
        Instant before = Instant.now().minus(retention);
        int deleted = store.deleteDone(before);
        if (deleted > 0) {
            LOG.info("Deleted old HL7 v2 messages count={} retention={}", deleted, retention);
        }
        codes.deleteUnseenSince(before);
    }
}
