package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import health.salus.blob.BlobId;
import health.salus.blob.BlobOwner;
import health.salus.blob.Blobs;
import health.salus.tenant.TenantId;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Notes which version of which resource holds which blob, in the transaction that stores that version. */
@Interceptor
@Component
class BlobOwnerInterceptor {

    private final AttachmentTypes attachmentTypes;
    private final Blobs blobs;

    BlobOwnerInterceptor(AttachmentTypes attachmentTypes, Blobs blobs) {
        this.attachmentTypes = attachmentTypes;
        this.blobs = blobs;
    }

    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
    public void onCreated(IBaseResource resource, RequestDetails request) {
        note((Resource) resource, request);
    }

    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
    public void onUpdated(IBaseResource before, IBaseResource after, RequestDetails request) {
        note((Resource) after, request);
    }

    private void note(Resource resource, RequestDetails request) {
        if (request == null || (request instanceof SystemRequestDetails && request.getTenantId() == null)) {
            // What HAPI keeps for itself is shared by all tenants and has no attachments.
            return;
        }
        TenantId tenant = TenantId.orDefault(request.getTenantId());
        BlobOwner owner = new BlobOwner(
                resource.fhirType(),
                resource.getIdElement().getIdPart(),
                resource.getIdElement().getVersionIdPartAsLong());
        references(resource)
                .filter(blob -> mayHold(blobs.owners(tenant, blob), owner))
                .forEach(blob -> blobs.find(tenant, blob).ifPresent(it -> blobs.refer(tenant, blob, owner)));
    }

    /**
     * A blob that nobody holds was offloaded by this very request. One that another resource holds stays that
     * resource's: who writes its URL somewhere else gains no right to its bytes by it.
     */
    private static boolean mayHold(Set<BlobOwner> owners, BlobOwner candidate) {
        return owners.isEmpty()
                || owners.stream()
                        .anyMatch(it -> it.resourceType().equals(candidate.resourceType())
                                && it.resourceId().equals(candidate.resourceId()));
    }

    private Stream<BlobId> references(Resource resource) {
        Stream<BlobId> attachments =
                attachmentTypes.attachments(resource).map(BlobReference::of).flatMap(Optional::stream);
        Stream<BlobId> binaries = attachmentTypes
                .resources(resource)
                .filter(Binary.class::isInstance)
                .map(it -> BlobReference.of((Binary) it))
                .flatMap(Optional::stream);
        return Stream.concat(attachments, binaries).distinct();
    }
}
