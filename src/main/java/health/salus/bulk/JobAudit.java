package health.salus.bulk;

import health.salus.audit.AuditAgent;
import health.salus.audit.AuditEntry;
import health.salus.audit.AuditKind;
import health.salus.audit.AuditOutcome;
import health.salus.audit.AuditTarget;
import health.salus.audit.AuditTrail;
import health.salus.audit.AuditUse;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryResponseComponent;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
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

    /**
     * Writes down what a transaction of an import has changed, before it is committed.
     *
     * @param resources what was written, in the order of the response
     */
    void imported(BulkJob job, List<Resource> resources, Bundle response) {
        List<AuditTarget> targets = new ArrayList<>();
        for (int index = 0; index < resources.size(); index++) {
            BundleEntryResponseComponent entry = response.getEntry().get(index).getResponse();
            Resource resource = resources.get(index);
            resource.setId(new IdType(entry.getLocation()));
            boolean created = entry.getStatus().startsWith("201");
            targets.add(AuditTarget.of(resource, created ? AuditUse.CREATED : AuditUse.UPDATED));
        }
        record(job, "wrote", AuditOutcome.SUCCESS, targets);
    }

    private void record(BulkJob job, String what, AuditOutcome outcome) {
        record(job, what, outcome, List.of());
    }

    private void record(BulkJob job, String what, AuditOutcome outcome, List<AuditTarget> targets) {
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
                targets));
    }
}
