package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.tenant.TenantId;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.EnumSet;
import java.util.Set;

/**
 * Takes attachments out of what FHIR clients write, and puts the server's address before their URLs in what is shown.
 */
@Interceptor
@Component
class AttachmentInterceptor {

    /** After authorization: nothing of a refused request reaches the blob store. */
    private static final int AFTER_AUTHORIZATION = 1000;

    private static final Set<RestOperationTypeEnum> WRITES = EnumSet.of(
            RestOperationTypeEnum.CREATE,
            RestOperationTypeEnum.UPDATE,
            RestOperationTypeEnum.TRANSACTION,
            RestOperationTypeEnum.BATCH);

    private final AttachmentTypes attachmentTypes;
    private final AttachmentOffload offload;

    AttachmentInterceptor(AttachmentTypes attachmentTypes, AttachmentOffload offload) {
        this.attachmentTypes = attachmentTypes;
        this.offload = offload;
    }

    /** Offloads the body of a create, update, batch or transaction. */
    @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED, order = AFTER_AUTHORIZATION)
    public void onWrite(RequestDetails request, RestOperationTypeEnum operation) {
        if (WRITES.contains(operation) && request.getResource() instanceof Resource resource) {
            refuseForeignReferences(resource);
            makeRelative(resource, request.getFhirServerBase());
            offload.offload(TenantId.orDefault(request.getTenantId()), resource);
        }
    }

    /**
     * Refuses a patch that brings a large attachment. What a patch makes is known only inside the database transaction,
     * where nothing may wait for the blob store.
     */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
    public void onUpdated(IBaseResource before, IBaseResource after, RequestDetails request) {
        if (request instanceof ServletRequestDetails && after instanceof Resource resource) {
            makeRelative(resource, request.getFhirServerBase());
            if (offload.isNeeded(resource)) {
                throw new UnprocessableEntityException(
                        "A patch cannot bring an attachment of this size; update the resource with PUT");
            }
        }
    }

    /** Makes attachment URLs absolute, so that a client can use them as they are. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onShow(IBaseResource response, RequestDetails request) {
        if (response instanceof Resource resource) {
            BlobReference.hide(attachmentTypes.resources(resource));
            attachmentTypes
                    .attachments(resource)
                    .filter(it -> BlobReference.of(it).isPresent())
                    .forEach(it -> it.setUrl(request.getFhirServerBase() + "/" + it.getUrl()));
        }
    }

    private void makeRelative(Resource resource, String base) {
        attachmentTypes
                .attachments(resource)
                .filter(Attachment::hasUrl)
                .filter(it -> it.getUrl().startsWith(base + "/Binary/"))
                .forEach(it -> it.setUrl(it.getUrl().substring(base.length() + 1)));
    }

    private void refuseForeignReferences(Resource resource) {
        boolean present = attachmentTypes
                .resources(resource)
                .anyMatch(it ->
                        it instanceof Binary binary && binary.getDataElement().hasExtension(BlobReference.EXTENSION));
        if (present) {
            throw new UnprocessableEntityException(
                    "The extension " + BlobReference.EXTENSION + " is the server's own; send the data itself");
        }
    }
}
