package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import health.salus.blob.BlobId;
import health.salus.tenant.TenantId;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Takes attachments out of what FHIR clients write, and shows them in what is answered. */
@Interceptor
@Component
class AttachmentInterceptor {

    /** After authorization: nothing of a refused request reaches the blob store, and nothing of it is shown. */
    static final int AFTER_AUTHORIZATION = 1000;

    private static final Set<RestOperationTypeEnum> WRITES =
            EnumSet.of(RestOperationTypeEnum.CREATE, RestOperationTypeEnum.UPDATE);
    private static final Set<RestOperationTypeEnum> BUNDLES =
            EnumSet.of(RestOperationTypeEnum.TRANSACTION, RestOperationTypeEnum.BATCH);

    private final AttachmentWalk walk;
    private final AttachmentOffload offload;
    private final AttachmentView view;
    private final OwnAddress address;

    AttachmentInterceptor(AttachmentWalk walk, AttachmentOffload offload, AttachmentView view, OwnAddress address) {
        this.walk = walk;
        this.offload = offload;
        this.view = view;
        this.address = address;
    }

    /** Takes note of what the client wants to see; HAPI would look for a search parameter of that name. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void onRequest(RequestDetails request) {
        view.takeWish(request);
    }

    /** Offloads the body of a create, update, batch or transaction. */
    @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED, order = AFTER_AUTHORIZATION)
    public void onWrite(RequestDetails request, RestOperationTypeEnum operation) {
        if (request.getResource() instanceof Resource resource
                && StoredContent.of(resource).isEmpty()) {
            List<Carrier> carriers = carriers(resource, operation);
            if (resource instanceof Bundle bundle && bundle.getType() == BundleType.BATCH) {
                carriers.forEach(carrier -> RefusedContent.keep(carrier.resource(), () -> {
                    prepare(carrier);
                    offload(List.of(carrier), request);
                }));
                return;
            }
            // First all checks: nothing is stored of a request that is refused.
            carriers.forEach(AttachmentInterceptor::prepare);
            offload(carriers, request);
        }
    }

    /** Makes attachment URLs absolute, so that a client can use them as they are, or puts the data in their place. */
    @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = AFTER_AUTHORIZATION)
    public void onShow(IBaseResource response, RequestDetails request) throws IOException {
        if (response instanceof Resource resource) {
            view.show(resource, request);
        }
    }

    /**
     * Refuses extensions that only a server may write.
     *
     * @param known blobs that the resource held before, which it may go on naming
     * @throws UnprocessableEntityException if there is any other
     */
    static void refuseForeign(List<Extension> reserved, Set<BlobId> known) {
        reserved.stream()
                .filter(it -> BlobReference.of(it).filter(known::contains).isEmpty())
                .findFirst()
                .ifPresent(it -> {
                    throw new UnprocessableEntityException(
                            "The extension " + it.getUrl() + " is the server's own; send the data itself");
                });
    }

    private static void prepare(Carrier carrier) {
        refuseForeign(carrier.reserved(), Set.of());
        ContentState.unmark(carrier);
    }

    private void offload(List<Carrier> carriers, RequestDetails request) {
        carriers.forEach(carrier -> address.makeRelative(carrier, request));
        offload.offload(TenantId.orDefault(request.getTenantId()), carriers);
    }

    private List<Carrier> carriers(Resource resource, RestOperationTypeEnum operation) {
        if (BUNDLES.contains(operation)) {
            return walk.carriers(resource);
        }
        return WRITES.contains(operation) ? List.of(walk.carrier(resource)) : List.of();
    }
}
