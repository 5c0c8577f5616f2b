package health.salus.upload;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.blob.BlobId;
import health.salus.blob.Blobs;
import health.salus.blob.Staging;
import health.salus.blob.StoredBlob;
import health.salus.fhir.FhirOperations;
import health.salus.fhir.UploadedBinaries;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Parameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Files that go past the server: {@code Binary/$start-upload} says where a client puts one, {@code Binary/$complete-upload}
 * checks it and makes a {@code Binary} of it, {@code Binary/[id]/$download-url} says where one can be fetched.
 */
@Component
class UploadOperations implements FhirOperations {

    private static final Logger LOG = LoggerFactory.getLogger(UploadOperations.class);

    private final Uploads uploads;
    private final UploadSessions sessions;
    private final UploadedBinaries binaries;
    private final Downloads downloads;
    private final Staging staging;
    private final Blobs blobs;

    UploadOperations(
            Uploads uploads,
            UploadSessions sessions,
            UploadedBinaries binaries,
            Downloads downloads,
            Staging staging,
            Blobs blobs) {
        this.uploads = uploads;
        this.sessions = sessions;
        this.binaries = binaries;
        this.downloads = downloads;
        this.staging = staging;
        this.blobs = blobs;
    }

    /**
     * Takes {@code contentType}, {@code size} (bytes), {@code sha256} (hex or base64Binary) and {@code securityContext}
     * (Reference, optional); answers {@code upload} (its id) and either {@code method}, {@code url}, {@code header} and
     * {@code expires}, or a {@code part} with all of those, {@code number} and {@code size} for each part. 400 if something
     * is missing, 413 if it would be too large, 422 if the securityContext is nothing that the caller may read.
     */
    @Operation(name = "$start-upload", typeName = "Binary")
    public Parameters start(@ResourceParam @Nullable Parameters input, ServletRequestDetails request) {
        UploadParameters wanted = parameters(input);
        Optional<String> context = wanted.securityContext().map(it -> binaries.requireContext(request, it));
        return uploads.start(tenant(request), caller(request), wanted.content(), context);
    }

    /**
     * Takes {@code upload}, for an upload in parts each {@code part} with {@code number} and {@code etag}, and optionally a
     * {@code documentReference} (DocumentReference) that gets the file as its attachment; answers {@code binary} and
     * {@code documentReference} (References). Repeated, it answers the same. 404 if the caller has no such upload, 409 if
     * nothing was uploaded yet, 410 if its time is over, 422 if it is not what was announced.
     */
    @Operation(name = "$complete-upload", typeName = "Binary")
    public Parameters complete(@ResourceParam @Nullable Parameters input, ServletRequestDetails request) {
        UploadParameters wanted = parameters(input);
        UploadSession session = find(wanted.upload(), request);
        if (session.blob().isPresent()) {
            return answer(session.blob().get(), request);
        }
        if (session.completeBefore().isBefore(Instant.now())) {
            throw new ResourceGoneException("The time of this upload is over; start again");
        }
        try {
            StoredBlob blob = uploads.adopt(session, wanted.parts());
            binaries.write(
                    request,
                    blob,
                    session.securityContext(),
                    wanted.documentReference(),
                    () -> note(session.id(), blob.id()));
        } catch (RuntimeException e) {
            // If the same request was sent twice at once, the other may have been faster, and has taken everything
            // away.
            return answer(find(session.id(), request).blob().orElseThrow(() -> e), request);
        }
        staging.discard(session.key());
        LOG.info("Completed upload {} of tenant {}", session.id(), session.key().tenant());
        return answer(find(session.id(), request).blob().orElseThrow(), request);
    }

    /**
     * Answers {@code method}, {@code url}, {@code header} and {@code expires} for a file that the caller may read; 404 for
     * any other. Whoever has the address reads the file until it expires.
     */
    @Operation(name = "$download-url", typeName = "Binary", idempotent = true)
    public Parameters downloadUrl(@IdParam IIdType id, ServletRequestDetails request) {
        return UploadAnswers.of(downloads.address(request));
    }

    private void note(UUID upload, BlobId blob) {
        if (!sessions.complete(upload, blob)) {
            throw new ResourceVersionConflictException("The upload has been completed by another request");
        }
    }

    private UploadSession find(UUID upload, ServletRequestDetails request) {
        return sessions.find(tenant(request), caller(request), upload)
                .orElseThrow(() -> new ResourceNotFoundException("There is no such upload"));
    }

    private Parameters answer(BlobId blob, ServletRequestDetails request) {
        return UploadAnswers.of(blobs.owners(tenant(request), blob));
    }

    private static UploadParameters parameters(@Nullable Parameters input) {
        if (input == null) {
            throw new InvalidRequestException("Send the parameters as a FHIR resource of type Parameters");
        }
        return new UploadParameters(input);
    }

    private static TenantId tenant(ServletRequestDetails request) {
        return TenantId.orDefault(request.getTenantId());
    }

    /** An upload belongs to the person in front of the app, not to the app alone. */
    private static String caller(ServletRequestDetails request) {
        return SmartPrincipal.of(request)
                .map(it -> it.clientId() + " " + it.subject())
                .orElseThrow();
    }
}
