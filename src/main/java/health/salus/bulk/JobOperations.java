package health.salus.bulk;

import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.fhir.FhirOperations;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.UUID;

/** Tells clients how far their jobs are, gives them the files, and takes both away. */
@Component
class JobOperations implements FhirOperations {

    static final String STATUS = "$bulk-status";
    static final String FILE = "$bulk-file";

    private static final int TOO_OFTEN = 5;

    private final BulkJobs jobs;
    private final JobAccess access;
    private final JobReport report;
    private final FileDownload download;
    private final KickOff kickOff;
    private final BulkSettings settings;

    JobOperations(
            BulkJobs jobs,
            JobAccess access,
            JobReport report,
            FileDownload download,
            KickOff kickOff,
            BulkSettings settings) {
        this.jobs = jobs;
        this.access = access;
        this.report = report;
        this.download = download;
        this.kickOff = kickOff;
        this.settings = settings;
    }

    /**
     * GET: 202 with {@code X-Progress} and {@code Retry-After} while the {@code job} (uuid) is under way, 200 with the
     * manifest ({@code page}, from 1) when it is done, 500 if it failed, 429 if asked too often. DELETE: 202, the job and its
     * files are gone. 404 if the caller has no such job, 403 if its token now opens less than the job holds.
     */
    @Operation(name = STATUS, idempotent = true, deleteEnabled = true, manualRequest = true, manualResponse = true)
    public void status(ServletRequestDetails request) throws IOException {
        BulkJob job = job(request);
        if (request.getRequestType() == RequestTypeEnum.DELETE) {
            access.delete(job);
            request.getServletResponse().setStatus(HttpStatus.ACCEPTED.value());
            return;
        }
        access.requireRights(job, request);
        if (job.state() == BulkJob.State.FAILED) {
            throw new InternalErrorException(job.problem().orElse("The job failed"));
        }
        if (job.isOpen()) {
            answerProgress(job, request.getServletResponse());
        } else {
            answerManifest(job, request);
        }
    }

    /** Gives the {@code file} (number) of a {@code job} (uuid), in gzip if the client accepts that; 404 if there is none. */
    @Operation(name = FILE, idempotent = true, manualResponse = true)
    public void file(ServletRequestDetails request) throws IOException {
        BulkJob job = job(request);
        if (job.state() != BulkJob.State.COMPLETED) {
            throw new ResourceNotFoundException("There is no such file");
        }
        download.send(job, number(request, "file"), request);
    }

    private void answerProgress(BulkJob job, HttpServletResponse response) {
        Optional<Duration> pause = jobs.polled(job.id());
        if (pause.filter(it -> it.multipliedBy(TOO_OFTEN).compareTo(settings.retryAfter()) < 0)
                .isPresent()) {
            throw kickOff.tooMany("Ask again when the time in Retry-After is over");
        }
        response.setStatus(HttpStatus.ACCEPTED.value());
        response.setHeader("X-Progress", report.progress(job));
        response.setHeader(HttpHeaders.RETRY_AFTER, settings.retryAfter().toSeconds() + "");
    }

    private void answerManifest(BulkJob job, ServletRequestDetails request) throws IOException {
        int page = request.getParameters().containsKey("page") ? number(request, "page") : 1;
        byte[] manifest = report.manifest(job, page, request.getFhirServerBase());
        HttpServletResponse response = request.getServletResponse();
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        job.expires()
                .ifPresent(time -> response.setHeader(
                        HttpHeaders.EXPIRES,
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC))));
        response.setContentLength(manifest.length);
        response.getOutputStream().write(manifest);
    }

    private BulkJob job(ServletRequestDetails request) {
        return uuid(request)
                .flatMap(id -> jobs.find(JobOwner.of(request), id))
                .orElseThrow(() -> new ResourceNotFoundException("There is no such job"));
    }

    private static Optional<UUID> uuid(ServletRequestDetails request) {
        String[] values = request.getParameters().get("job");
        try {
            return values == null || values.length != 1 ? Optional.empty() : Optional.of(UUID.fromString(values[0]));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static int number(ServletRequestDetails request, String name) {
        String[] values = request.getParameters().get(name);
        if (values == null || values.length != 1 || !values[0].matches("[1-9][0-9]{0,8}")) {
            throw new InvalidRequestException("The parameter '" + name + "' is a number from 1");
        }
        return Integer.parseInt(values[0]);
    }
}
