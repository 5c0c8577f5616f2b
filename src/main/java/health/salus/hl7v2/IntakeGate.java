package health.salus.hl7v2;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

import java.time.Duration;

/**
 * Closed while more messages wait to be processed than may. Then the sockets are not read, so that the messages wait with
 * their senders, who see it, and not unseen in a queue that grows without end.
 */
final class IntakeGate {

    private static final Logger LOG = LoggerFactory.getLogger(IntakeGate.class);
    private static final Duration FRESH = Duration.ofMillis(500);

    private final MessageStore store;
    private final long limit;
    private long checked = System.nanoTime() - FRESH.toNanos();
    private boolean open = true;

    IntakeGate(MessageStore store, long limit) {
        this.store = store;
        this.limit = limit;
    }

    /** Tells whether the next message may be read. */
    synchronized boolean isOpen() {
        if (System.nanoTime() - checked >= FRESH.toNanos()) {
            boolean before = open;
            open = hasRoom();
            checked = System.nanoTime();
            if (before != open) {
                LOG.warn("HL7 v2 intake open={} limit={}", open, limit);
            }
        }
        return open;
    }

    private boolean hasRoom() {
        try {
            return store.countWaiting() < limit;
        } catch (DataAccessException unreachable) {
            // The sender then gets an answer that says so.
            return true;
        }
    }
}
