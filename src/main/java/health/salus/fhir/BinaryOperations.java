package health.salus.fhir;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.blob.StoredBlob;
import health.salus.tenant.TenantId;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.Set;

/**
 * Reads and writes the bytes of one attachment as they are: {@code [type]/[id]/$binary-access-read} and
 * {@code $binary-access-write}, with {@code path} naming the attachment as {@link ElementPath} has it. Both stream.
 *
 * @see <a href="https://smilecdr.com/docs/fhir_storage_relational/binary_storage.html">where the two operations come from</a>
 */
@Component
class BinaryOperations implements FhirOperations {

    private final DaoRegistry resources;
    private final AttachmentWalk walk;
    private final AttachmentHolder holder;
    private final BinaryResponse response;
    private final RawContent content;
    private final OverloadInterceptor overload;

    BinaryOperations(
            DaoRegistry resources,
            AttachmentWalk walk,
            AttachmentHolder holder,
            BinaryResponse response,
            RawContent content,
            OverloadInterceptor overload) {
        this.resources = resources;
        this.walk = walk;
        this.holder = holder;
        this.response = response;
        this.content = content;
        this.overload = overload;
    }

    /** Answers with the bytes, like a read of {@code Binary}: ranges, ETag and all; 404 if there are none. */
    @Operation(name = "$binary-access-read", global = true, manualResponse = true, idempotent = true)
    public void read(
            @IdParam IIdType id,
            @OperationParam(name = "path", min = 1, max = 1) StringType path,
            ServletRequestDetails request)
            throws IOException {
        Resource resource = find(id, request);
        Base element = ElementPath.find(resource, required(path));
        TenantId tenant = TenantId.orDefault(request.getTenantId());
        ReadableBytes bytes = holder.bytes(resource, element, tenant)
                .orElseThrow(() -> new ResourceNotFoundException("There is no content at this path"));
        // A slow download keeps nobody out, nor does a slow upload.
        overload.end(request);
        response.writeBytes(bytes, request.getServletRequest(), request.getServletResponse());
    }

    /**
     * Puts the body in the place of the attachment's content, whatever that was, and answers with the new version of the
     * resource. The body has any type; {@code If-Match} is obeyed, and a change in between is 409.
     */
    @Operation(name = "$binary-access-write", global = true, manualRequest = true)
    public IBaseResource write(
            @IdParam IIdType id,
            @OperationParam(name = "path", min = 1, max = 1) StringType path,
            ServletRequestDetails request) {
        Resource resource = find(id, request);
        requireMatch(resource, request.getHeader(HttpHeaders.IF_MATCH));
        Base element = ElementPath.find(resource, required(path));
        if (!(element instanceof Attachment) && !(element instanceof Binary)) {
            throw new InvalidRequestException("The path has to name an Attachment or a Binary");
        }
        overload.end(request);
        StoredBlob blob = content.store(request, resource.fhirType());
        if (element instanceof Attachment attachment) {
            attachment.setContentType(blob.contentType());
            AttachmentOffload.replace(attachment, blob);
        } else if (element instanceof Binary binary) {
            binary.setContentType(blob.contentType());
            BlobReference.put(binary, blob.id(), binary != resource);
        }
        new StoredContent(walk.carrier(resource).blobs(), Set.of(blob.id())).attachTo(resource);
        // The id carries the version that was read: if there is a newer one by now, it is not overwritten.
        return update(resource, request);
    }

    private Resource find(IIdType id, ServletRequestDetails request) {
        return (Resource) resources.getResourceDao(id.getResourceType()).read(id.toUnqualifiedVersionless(), request);
    }

    @SuppressWarnings("unchecked")
    private IBaseResource update(Resource resource, ServletRequestDetails request) {
        IFhirResourceDao<Resource> dao = resources.getResourceDao(resource.fhirType());
        return dao.update(resource, request).getResource();
    }

    private static String required(@Nullable StringType path) {
        if (path == null || path.isEmpty()) {
            throw new InvalidRequestException("The parameter 'path' says which attachment it is");
        }
        return path.getValue();
    }

    private static void requireMatch(Resource resource, @Nullable String ifMatch) {
        String version = resource.getIdElement().getVersionIdPart();
        if (ifMatch != null && !ifMatch.equals("W/\"" + version + "\"") && !ifMatch.equals("\"" + version + "\"")) {
            throw new PreconditionFailedException("The resource is at version " + version);
        }
    }
}
