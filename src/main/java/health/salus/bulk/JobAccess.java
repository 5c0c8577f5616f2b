package health.salus.bulk;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.smart.BulkRights;
import org.springframework.stereotype.Component;

/** Who may do what with a job beside having begun it: the token of each request counts, not that of the first. */
@Component
class JobAccess {

    private final BulkJobs jobs;
    private final JobAudit audit;
    private final JobSweep sweep;
    private final ObjectMapper json;

    JobAccess(BulkJobs jobs, JobAudit audit, JobSweep sweep, ObjectMapper json) {
        this.jobs = jobs;
        this.audit = audit;
        this.sweep = sweep;
        this.json = json;
    }

    /** Answers 403 unless the token of this request opens every type of the job. */
    void requireRights(BulkJob job, RequestDetails request) {
        try {
            for (JsonNode type : json.readTree(job.parameters()).path("types")) {
                requireRight(job, type.asText(), request);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers 403 unless the token of this request opens this type as the job uses it. */
    void requireRight(BulkJob job, String type, RequestDetails request) {
        BulkRights rights = BulkRights.of(request);
        boolean may = job.kind() == BulkJob.Kind.EXPORT ? rights.mayExport(type) : rights.mayImport(type);
        if (!may) {
            throw new ForbiddenOperationException("The scopes of the token do not open all that this job holds");
        }
    }

    /** Takes a job away with its files, whatever its state; while a worker is at it, that happens a little later. */
    void delete(BulkJob job) {
        jobs.cancel(job.id());
        audit.deleted(job);
        sweep.run();
    }
}
