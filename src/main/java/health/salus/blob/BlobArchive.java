package health.salus.blob;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Brings bytes back from the archive of the store: notes that they are wanted, asks the store, and looks from time to time
 * whether they have come, and whether they have gone again.
 */
@Component
public class BlobArchive {

    private static final Logger LOG = LoggerFactory.getLogger(BlobArchive.class);

    private final ArchiveRows rows;
    private final BlobStore store;

    BlobArchive(ArchiveRows rows, BlobStore store) {
        this.rows = rows;
        this.store = store;
    }

    /**
     * Asks for the bytes of a blob, whoever else wants them too. Asking again does no harm.
     *
     * @return {@code STORED} if they can be read, else {@code RESTORING}
     * @throws BlobNotFoundException         if the store has lost the object
     * @throws BlobUnreadableException       if they must not be read, restored or not
     * @throws BlobStoreUnavailableException if the store does not answer; that they are wanted is noted
     */
    public BlobState restore(StoredBlob blob) {
        return switch (blob.state()) {
            case MISSING -> throw BlobNotFoundException.of(blob.id());
            case UNSCANNED, INFECTED, QUARANTINED -> throw BlobUnreadableException.of(blob.id(), blob.state());
            case STORED, ARCHIVED, RESTORING -> restore(blob.object().key());
        };
    }

    private BlobState restore(BlobKey key) {
        Availability now = availability(key);
        if (now.state() == BlobState.STORED) {
            rows.noteReadable(key, now);
            return BlobState.STORED;
        }
        // The row comes first: if we are killed before the store is asked, the next look asks it.
        rows.noteWanted(key);
        store.restore(key);
        LOG.info("Asked the store to restore object {}", key);
        return BlobState.RESTORING;
    }

    /** Looks after what was asked for, and after restored copies whose time is over. */
    @Scheduled(
            fixedDelayString = "${salus.blob.restore-poll-interval:1m}",
            initialDelayString = "${salus.blob.restore-poll-interval:1m}")
    void look() {
        try {
            rows.wanted().forEach(this::lookAfter);
            rows.expired().forEach(this::lookAgain);
        } catch (BlobStoreUnavailableException e) {
            LOG.warn("Restores are looked after when the store answers again", e);
        }
    }

    private void lookAfter(BlobKey key) {
        try {
            Availability now = availability(key);
            if (now.state() == BlobState.STORED) {
                rows.noteReadable(key, now);
                LOG.info("Object {} can be read again", key);
            } else if (now.state() == BlobState.ARCHIVED) {
                store.restore(key);
            }
        } catch (BlobNotFoundException e) {
            LOG.error("Object {} was to be restored and is not in the store", key);
            rows.noteMissing(key);
        }
    }

    private void lookAgain(BlobKey key) {
        try {
            Availability now = availability(key);
            if (now.state() == BlobState.STORED) {
                rows.noteReadable(key, now);
            } else {
                rows.noteArchived(key);
            }
        } catch (BlobNotFoundException e) {
            LOG.error("Object {} is not in the store any more", key);
            rows.noteMissing(key);
        }
    }

    private Availability availability(BlobKey key) {
        return store.inspect(key)
                .orElseThrow(() -> BlobNotFoundException.of(key))
                .availability();
    }
}
