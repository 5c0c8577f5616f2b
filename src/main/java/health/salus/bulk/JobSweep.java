package health.salus.bulk;

import health.salus.blob.BlobSweep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import javax.sql.DataSource;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Deletes jobs whose time is over, and those that their clients have deleted, with their files. */
@Component
class JobSweep {

    private static final Logger LOG = LoggerFactory.getLogger(JobSweep.class);

    private final DataSource database;
    private final BulkJobs jobs;
    private final BulkFiles files;
    private final ImportInputs inputs;
    private final BlobSweep blobs;
    private final JobAudit audit;

    JobSweep(
            DataSource database, BulkJobs jobs, BulkFiles files, ImportInputs inputs, BlobSweep blobs, JobAudit audit) {
        this.database = database;
        this.jobs = jobs;
        this.files = files;
        this.inputs = inputs;
        this.blobs = blobs;
        this.audit = audit;
    }

    /** The row goes last: as long as it is there, the next run tries again. */
    @Scheduled(fixedDelay = 1, initialDelay = 1, timeUnit = TimeUnit.MINUTES)
    void run() {
        for (BulkJob job : jobs.over()) {
            try {
                remove(job);
            } catch (SQLException | RuntimeException e) {
                LOG.warn(
                        "A bulk job stays until the next time id={} fault={}",
                        job.id(),
                        e.getClass().getSimpleName());
            }
        }
    }

    private void remove(BulkJob job) throws SQLException {
        // A worker that has not noticed yet may be about to note one more file.
        Optional<LockedJob> lock = LockedJob.tryLock(database, job.id());
        if (lock.isEmpty()) {
            return;
        }
        try (LockedJob locked = lock.get()) {
            files.list(job.id(), 0, Integer.MAX_VALUE)
                    .forEach(file -> blobs.discard(job.owner().tenant(), file.blob()));
            inputs.list(job.id()).stream()
                    .filter(ImportInput::fetched)
                    .flatMap(input -> input.blob().stream())
                    .forEach(blob -> blobs.discard(job.owner().tenant(), blob));
            if (job.state() != BulkJob.State.CANCELLED) {
                audit.expired(job);
            }
            jobs.remove(locked.id());
            LOG.info("Removed bulk job id={} tenant={}", job.id(), job.owner().tenant());
        }
    }
}
