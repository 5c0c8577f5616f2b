package health.salus.bulk;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import javax.sql.DataSource;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Takes up one job after the other and works on it as long as it goes. */
@Component
class JobWorker {

    private static final Logger LOG = LoggerFactory.getLogger(JobWorker.class);
    private static final int MOST_ATTEMPTS = 5;
    private static final int FIRST_DELAY_SECONDS = 5;

    private final DataSource database;
    private final BulkJobs jobs;
    private final ExportRun exports;
    private final ImportRun imports;
    private final JobAudit audit;
    private final BulkSettings settings;

    JobWorker(
            DataSource database,
            BulkJobs jobs,
            ExportRun exports,
            ImportRun imports,
            JobAudit audit,
            BulkSettings settings) {
        this.database = database;
        this.jobs = jobs;
        this.exports = exports;
        this.imports = imports;
        this.audit = audit;
        this.settings = settings;
    }

    /** Works on the oldest job that no other worker has; false if there is none. */
    boolean workOnNext() throws InterruptedException {
        try {
            for (UUID id : jobs.waiting()) {
                Optional<LockedJob> lock = LockedJob.tryLock(database, id);
                if (lock.isPresent()) {
                    try (LockedJob locked = lock.get()) {
                        return workOn(locked);
                    }
                }
            }
        } catch (SQLException | RuntimeException e) {
            LOG.warn("Bulk jobs cannot be taken up now fault={}", e.getClass().getSimpleName());
        }
        return false;
    }

    private boolean workOn(LockedJob lock) throws InterruptedException {
        // Only now nobody else can change it.
        Optional<BulkJob> job = jobs.find(lock.id()).filter(BulkJob::isOpen);
        if (job.isEmpty()) {
            return false;
        }
        if (job.get().attempts() >= MOST_ATTEMPTS) {
            fail(job.get(), "The server failed to finish this job several times; its log says where");
            return true;
        }
        try {
            lock.begin();
            if (job.get().kind() == BulkJob.Kind.EXPORT) {
                exports.run(job.get(), lock);
            } else {
                imports.run(job.get());
            }
            audit.finished(job.get());
            LOG.info(
                    "Finished bulk job id={} tenant={}",
                    lock.id(),
                    job.get().owner().tenant());
        } catch (JobCancelled cancelled) {
            LOG.info("Bulk job was deleted id={}", lock.id());
        } catch (UnfitOrderException unfit) {
            fail(job.get(), unfit.problem());
        } catch (BaseServerResponseException refusal) {
            refused(job.get(), refusal);
        } catch (SQLException | IOException | RuntimeException fault) {
            postpone(job.get(), fault);
        }
        return true;
    }

    /** A search that was good at the kick-off may have become none since. */
    private void refused(BulkJob job, BaseServerResponseException refusal) {
        if (refusal.getStatusCode() < InternalErrorException.STATUS_CODE) {
            fail(job, String.valueOf(refusal.getMessage()));
        } else {
            postpone(job, refusal);
        }
    }

    private void fail(BulkJob job, String problem) {
        jobs.fail(job.id(), problem, settings.keep());
        audit.failed(job);
        LOG.warn("Bulk job failed id={} tenant={}", job.id(), job.owner().tenant());
    }

    private void postpone(BulkJob job, Exception fault) {
        Duration delay = Duration.ofSeconds((long) FIRST_DELAY_SECONDS << job.attempts());
        LOG.warn("Bulk job waits id={} delay={} fault={}", job.id(), delay, place(fault));
        jobs.postpone(job.id(), delay);
    }

    // Messages of faults may quote resources; where it happened may be told.
    private static String place(Throwable fault) {
        Throwable root = fault.getCause() == null ? fault : fault.getCause();
        StackTraceElement[] trace = root.getStackTrace();
        return root.getClass().getSimpleName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }
}
