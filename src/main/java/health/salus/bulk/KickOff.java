package health.salus.bulk;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Takes an order, and says where to ask for it. */
@Component
class KickOff {

    private static final Logger LOG = LoggerFactory.getLogger(KickOff.class);

    private final BulkJobs jobs;
    private final JobWorkers workers;
    private final BulkSettings settings;
    private final ObjectMapper json;

    KickOff(BulkJobs jobs, JobWorkers workers, BulkSettings settings, ObjectMapper json) {
        this.jobs = jobs;
        this.workers = workers;
        this.settings = settings;
        this.json = json;
    }

    /**
     * Notes the job and answers 202; 429 if the client has too many unfinished ones.
     *
     * @param order what is written with the job as JSON
     * @param rows  adds what else belongs to the job of this id, in the same transaction
     */
    void begin(BulkJob.Kind kind, Object order, ServletRequestDetails request, Consumer<UUID> rows) {
        BulkJob job = new BulkJob(
                UUID.randomUUID(),
                JobOwner.of(request),
                kind,
                BulkJob.State.WAITING,
                address(request),
                write(order),
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty());
        if (!jobs.add(job, settings.maxOpenJobs(), () -> rows.accept(job.id()))) {
            throw tooMany("This client has " + settings.maxOpenJobs()
                    + " unfinished jobs; wait for one of them, or delete it");
        }
        workers.wake();
        LOG.info(
                "Took bulk job id={} kind={} tenant={}",
                job.id(),
                kind,
                job.owner().tenant());
        HttpServletResponse response = request.getServletResponse();
        response.setStatus(HttpStatus.ACCEPTED.value());
        response.setHeader(
                HttpHeaders.CONTENT_LOCATION,
                request.getFhirServerBase() + "/" + JobOperations.STATUS + "?job=" + job.id());
    }

    /** The answer to a client that asks too much. */
    BaseServerResponseException tooMany(String why) {
        UnclassifiedServerFailureException answer =
                new UnclassifiedServerFailureException(HttpStatus.TOO_MANY_REQUESTS.value(), why);
        answer.addResponseHeader(HttpHeaders.RETRY_AFTER, settings.retryAfter().toSeconds() + "");
        return answer;
    }

    // The server is known by other names outside than the request says.
    private static String address(ServletRequestDetails request) {
        String path = request.getRequestPath();
        String tenant = request.getTenantId() == null ? "" : request.getTenantId() + "/";
        String query = request.getServletRequest().getQueryString();
        return request.getFhirServerBase() + "/"
                + (path.startsWith(tenant) ? path.substring(tenant.length()) : path)
                + (query == null ? "" : "?" + query);
    }

    private String write(Object order) {
        try {
            return json.writeValueAsString(order);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
