package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.blob.BlobArchive;
import health.salus.blob.BlobState;
import health.salus.blob.StoredBlob;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import java.util.Objects;

/** {@code Binary/[id]/$restore}: asks for bytes that lie in an archive. */
@Interceptor
@Component
class RestoreOperation implements FhirOperations {

    /** A restore takes minutes to hours; who asks each few minutes learns of it soon enough. */
    static final String RETRY_AFTER_SECONDS = "300";

    private static final String UNDER_WAY = RestoreOperation.class.getName();

    private final BinaryAccess access;
    private final BlobArchive archive;

    RestoreOperation(BinaryAccess access, BlobArchive archive) {
        this.access = access;
        this.archive = archive;
    }

    /**
     * Answers 202 with {@code Retry-After} and {@code Content-Location} as long as the bytes are on their way, and 200 when they
     * can be read, each with an OperationOutcome. It can be repeated. 404 for what the caller may not read, 403 if the bytes are
     * infected.
     */
    @Operation(name = "$restore", typeName = "Binary")
    public OperationOutcome restore(@IdParam IIdType id, ServletRequestDetails request) {
        StoredBlob blob = access.blob(request)
                .orElseThrow(() -> new ResourceNotFoundException(Objects.requireNonNull(request.getId())));
        if (archive.restore(blob) == BlobState.STORED) {
            return outcome(IssueType.INFORMATIONAL, "The content can be read");
        }
        request.getUserData().put(UNDER_WAY, true);
        request.getServletResponse().setHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        request.getServletResponse()
                .setHeader(HttpHeaders.CONTENT_LOCATION, request.getFhirServerBase() + "/Binary/" + id.getIdPart());
        return outcome(IssueType.INCOMPLETE, "The content is being restored from the archive; read it later");
    }

    /** HAPI answers each operation with 200. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onAnswer(RequestDetails request, ResponseDetails answer) {
        if (request.getUserData().containsKey(UNDER_WAY)) {
            answer.setResponseCode(HttpStatus.ACCEPTED.value());
        }
    }

    private static OperationOutcome outcome(IssueType type, String text) {
        OperationOutcome outcome = new OperationOutcome();
        outcome.addIssue().setSeverity(IssueSeverity.INFORMATION).setCode(type).setDiagnostics(text);
        return outcome;
    }
}
