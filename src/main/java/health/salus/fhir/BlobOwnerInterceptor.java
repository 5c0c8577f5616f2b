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
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.Set;

/** Notes which version of which resource holds which blob, in the transaction that stores that version. */
@Interceptor
@Component
class BlobOwnerInterceptor {

    private static final String TASK = BlobOwnerInterceptor.class.getName();

    private final AttachmentWalk walk;
    private final Blobs blobs;

    BlobOwnerInterceptor(AttachmentWalk walk, Blobs blobs) {
        this.walk = walk;
        this.blobs = blobs;
    }

    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
    public void onCreated(IBaseResource resource, @Nullable RequestDetails request) {
        note((Resource) resource, request);
    }

    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
    public void onUpdated(IBaseResource before, IBaseResource after, @Nullable RequestDetails request) {
        note((Resource) after, request);
    }

    /** Runs a task in the transaction that stores this resource object, when its blobs have been noted. */
    static void runWith(Resource resource, Runnable task) {
        resource.setUserData(TASK, task);
    }

    /** What HAPI keeps for itself is shared by all tenants and has no attachments. */
    static boolean isOfATenant(@Nullable RequestDetails request) {
        return request != null && !(request instanceof SystemRequestDetails && request.getTenantId() == null);
    }

    private void note(Resource resource, @Nullable RequestDetails request) {
        if (request == null || !isOfATenant(request)) {
            return;
        }
        StoredContent content = StoredContent.of(resource)
                .orElseGet(() -> new StoredContent(walk.carrier(resource).blobs(), Set.of()));
        TenantId tenant = TenantId.orDefault(request.getTenantId());
        BlobOwner owner = new BlobOwner(
                resource.fhirType(),
                resource.getIdElement().getIdPart(),
                resource.getIdElement().getVersionIdPartAsLong());
        content.named().stream()
                .filter(blob -> content.brought().contains(blob) || holdsAlready(tenant, blob, owner))
                .filter(blob -> blobs.find(tenant, blob).isPresent())
                .forEach(blob -> blobs.refer(tenant, blob, owner));
        if (resource.getUserData(TASK) instanceof Runnable task) {
            task.run();
        }
    }

    /**
     * Who brings the bytes has a right to them, and so has a resource that held them in an earlier version. Who only
     * writes down the URL gains nothing by it: else it would open what somebody else's resource holds.
     */
    private boolean holdsAlready(TenantId tenant, BlobId blob, BlobOwner candidate) {
        return blobs.owners(tenant, blob).stream()
                .anyMatch(it -> it.resourceType().equals(candidate.resourceType())
                        && it.resourceId().equals(candidate.resourceId()));
    }
}
