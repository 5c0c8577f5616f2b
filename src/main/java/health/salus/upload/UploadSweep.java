package health.salus.upload;

import health.salus.blob.BlobStoreUnavailableException;
import health.salus.blob.Staging;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Gives up uploads that nobody has completed in time, and forgets those that were completed long ago. */
@Component
class UploadSweep {

    private static final Logger LOG = LoggerFactory.getLogger(UploadSweep.class);

    private final UploadSessions sessions;
    private final Staging staging;

    UploadSweep(UploadSessions sessions, Staging staging) {
        this.sessions = sessions;
        this.staging = staging;
    }

    @Scheduled(fixedDelay = 10, initialDelay = 10, timeUnit = TimeUnit.MINUTES)
    void run() {
        sweep(Instant.now());
    }

    /** The row goes last: as long as it is there, the next run tries again. Several servers may do this at once. */
    void sweep(Instant now) {
        List<UploadSession> overdue = sessions.overdue(now);
        try {
            for (UploadSession session : overdue) {
                if (session.blob().isEmpty()) {
                    session.parts().ifPresent(parts -> staging.abortParts(session.key(), parts));
                }
                staging.discard(session.key());
                sessions.remove(session.id());
            }
            if (!overdue.isEmpty()) {
                LOG.info("Removed {} uploads whose time is over", overdue.size());
            }
        } catch (BlobStoreUnavailableException e) {
            LOG.warn("Uploads whose time is over stay until the store answers again", e);
        }
    }
}
