package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.blob.BlobId;
import health.salus.blob.Blobs;
import health.salus.blob.StoredBlob;
import org.hl7.fhir.r4.model.Binary;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Takes {@code POST} and {@code PUT} of a {@code Binary} in its own type, streamed into the blob store, and leaves to HAPI
 * a {@code Binary} that names the blob. HAPI would read the whole body into memory.
 *
 * @see <a href="https://hl7.org/fhir/R4/binary.html#rest">FHIR R4, serving Binary resources</a>
 */
@Interceptor
@Component
class BinaryWriteInterceptor {

    private static final Set<RestOperationTypeEnum> WRITES =
            EnumSet.of(RestOperationTypeEnum.CREATE, RestOperationTypeEnum.UPDATE);

    private final RawContent content;
    private final Blobs blobs;
    private final SecurityContextInterceptor contexts;

    BinaryWriteInterceptor(RawContent content, Blobs blobs, SecurityContextInterceptor contexts) {
        this.content = content;
        this.blobs = blobs;
        this.contexts = contexts;
    }

    /** Runs when the caller is known and allowed to write, and before HAPI reads the body. */
    @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED, order = AttachmentInterceptor.AFTER_AUTHORIZATION)
    public void onWrite(ServletRequestDetails request) {
        if (!"Binary".equals(request.getResourceName())
                || !WRITES.contains(request.getRestOperationType())
                || isFhir(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
            return;
        }
        Optional<String> context = context(request);
        // It would be found out in the end as well, but then the whole file would have been sent in vain.
        context.ifPresent(it -> contexts.require(it, request));
        StoredBlob blob = content.store(request, "Binary");
        BlobId id = sameAsBefore(blob, request);
        Binary binary = new Binary();
        binary.setId(request.getId());
        binary.setContentType(blob.contentType());
        context.ifPresent(it -> binary.getSecurityContext().setReference(it));
        BlobReference.put(binary, id);
        new StoredContent(Set.of(id), Set.of(id)).attachTo(binary);
        // With a resource at hand, HAPI does not look for one in the body.
        request.setResource(binary);
    }

    // NDJSON is made of resources, but it is none: it is a file.
    private static boolean isFhir(@Nullable String contentType) {
        EncodingEnum encoding = EncodingEnum.forContentTypeStrict(contentType);
        return encoding != null && encoding != EncodingEnum.NDJSON;
    }

    /** The same bytes sent twice make no new version: the Binary keeps the name of the blob that it has. */
    private BlobId sameAsBefore(StoredBlob blob, ServletRequestDetails request) {
        return request.getId() == null
                ? blob.id()
                : blobs.heldBy(blob.tenant(), "Binary", request.getId().getIdPart()).stream()
                        .filter(it -> it.sha256().equals(blob.sha256())
                                && it.contentType().equals(blob.contentType()))
                        .map(StoredBlob::id)
                        .findFirst()
                        .orElse(blob.id());
    }

    private static Optional<String> context(ServletRequestDetails request) {
        String base = request.getFhirServerBase() + "/";
        return Optional.ofNullable(request.getHeader(Constants.HEADER_X_SECURITY_CONTEXT))
                .map(String::strip)
                .filter(it -> !it.isEmpty())
                .map(it -> it.startsWith(base) ? it.substring(base.length()) : it);
    }
}
