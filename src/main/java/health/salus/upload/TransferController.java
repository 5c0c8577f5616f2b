package health.salus.upload;

import health.salus.audit.SignedAccess;
import health.salus.blob.BlobExistsException;
import health.salus.blob.BlobId;
import health.salus.blob.BlobStoreUnavailableException;
import health.salus.blob.BlobUnreadableException;
import health.salus.blob.Blobs;
import health.salus.blob.Staging;
import health.salus.blob.StoredBlob;
import health.salus.fhir.BinaryAccess;
import health.salus.fhir.BinaryResponse;
import health.salus.smart.AllowedTo;
import health.salus.tenant.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;

/** Takes and gives bytes at the addresses that {@link TransferAddresses} has signed. The signature is the permission. */
@RestController
@RequestMapping(TransferAddresses.PATH + "/{tenant:[a-z][a-z0-9-]{1,31}}/{id:[0-9a-f-]{36}}")
@AllowedTo(everybody = true)
class TransferController {

    private final TransferAddresses addresses;
    private final UploadSessions sessions;
    private final Staging staging;
    private final Blobs blobs;
    private final BinaryResponse response;
    private final BinaryAccess access;

    TransferController(
            TransferAddresses addresses,
            UploadSessions sessions,
            Staging staging,
            Blobs blobs,
            BinaryResponse response,
            BinaryAccess access) {
        this.addresses = addresses;
        this.sessions = sessions;
        this.staging = staging;
        this.blobs = blobs;
        this.response = response;
        this.access = access;
    }

    /**
     * Takes an upload, once; the length must be the announced one. 403 without a good signature, 411 without a length, 400
     * with another or if the client breaks off, 412 if there was an upload before.
     */
    @PutMapping
    void upload(
            @PathVariable String tenant,
            @PathVariable UUID id,
            @RequestParam long expires,
            @RequestParam String signature,
            HttpServletRequest request) {
        UploadSession session = sessions.find(new TenantId(tenant), id)
                .filter(it -> it.blob().isEmpty())
                .filter(it -> isGood("PUT", tenant, id, it.content().size(), expires, signature))
                .orElseThrow(TransferController::refusal);
        SignedAccess.received(request, session.key().tenant());
        long size = session.content().size();
        if (request.getContentLengthLong() < 0) {
            throw new ResponseStatusException(HttpStatus.LENGTH_REQUIRED, "Send the upload with a Content-Length");
        }
        if (request.getContentLengthLong() != size) {
            throw new ResponseStatusException(
                    HttpStatus.BAD_REQUEST, "The upload was announced with " + size + " bytes");
        }
        try (InputStream body = request.getInputStream()) {
            staging.receive(session.key(), body, size);
        } catch (BlobExistsException e) {
            throw new ResponseStatusException(HttpStatus.PRECONDITION_FAILED, "Something was uploaded here before");
        } catch (IOException e) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "The upload could not be read to its end");
        }
    }

    /** Gives the bytes of a blob, whole or in part, like a read of {@code Binary}; 403 without a good signature. */
    @GetMapping
    void download(
            @PathVariable String tenant,
            @PathVariable UUID id,
            @RequestParam long expires,
            @RequestParam String signature,
            HttpServletRequest request,
            HttpServletResponse answer)
            throws IOException {
        StoredBlob blob = blobs.find(new TenantId(tenant), new BlobId(id))
                .filter(it -> isGood("GET", tenant, id, it.size(), expires, signature))
                .orElseThrow(TransferController::refusal);
        SignedAccess.disclosed(request, blob.tenant(), id.toString(), access.holders(blob));
        response.write(blob, request, answer);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(ResponseStatusException refusal) {
        return ResponseEntity.status(refusal.getStatusCode()).body(refusal.getBody());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unavailable(BlobStoreUnavailableException failure) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header("Retry-After", "10")
                .body(ProblemDetail.forStatusAndDetail(
                        HttpStatus.SERVICE_UNAVAILABLE, "The blob store does not answer. Try again later."));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unreadable(BlobUnreadableException refusal) {
        return ResponseEntity.status(HttpStatus.CONFLICT)
                .body(ProblemDetail.forStatusAndDetail(
                        HttpStatus.CONFLICT, "The content is kept, but cannot be given now: " + refusal.state()));
    }

    private boolean isGood(String method, String tenant, UUID id, long size, long expires, String signature) {
        return addresses.isGood(method, new TenantId(tenant), id, size, expires, signature);
    }

    /** One answer for whatever is wrong, so that nobody learns what exists. */
    private static ResponseStatusException refusal() {
        return new ResponseStatusException(HttpStatus.FORBIDDEN, "This address is not good, or not any more");
    }
}
