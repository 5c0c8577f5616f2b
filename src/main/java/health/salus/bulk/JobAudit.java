package health.salus.bulk;

import health.salus.audit.AuditAgent;
import health.salus.audit.AuditEntry;
import health.salus.audit.AuditKind;
import health.salus.audit.AuditOutcome;
import health.salus.audit.AuditTrail;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Locale;

/** Writes down what becomes of jobs when nobody is there to be answered; what clients ask is recorded with their requests. */
@Component
class JobAudit {

    private final AuditTrail trail;

    JobAudit(AuditTrail trail) {
        this.trail = trail;
    }

    void finished(BulkJob job) {
        record(job, "finished", AuditOutcome.SUCCESS);
    }

    void failed(BulkJob job) {
        record(job, "failed", AuditOutcome.FAILED);
    }

    void deleted(BulkJob job) {
        record(job, "deleted", AuditOutcome.SUCCESS);
    }

    void expired(BulkJob job) {
        record(job, "expired", AuditOutcome.SUCCESS);
    }

    private void record(BulkJob job, String what, AuditOutcome outcome) {
        String event = "bulk-" + job.kind().name().toLowerCase(Locale.ROOT) + " " + what;
        AuditAgent agent = AuditAgent.program(job.owner().client());
        trail.record(AuditEntry.of(
                job.owner().tenant(),
                AuditKind.REQUEST,
                event,
                outcome,
                "",
                agent,
                job.id().toString(),
                List.of()));
    }
}
