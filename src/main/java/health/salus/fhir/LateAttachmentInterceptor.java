package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.model.ResourceVersionConflictResolutionStrategy;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import health.salus.blob.BlobId;
import health.salus.blob.StoredBlob;
import health.salus.tenant.TenantId;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Takes attachments out of what is known only inside the database transaction: the result of a patch, and what the server
 * writes on its own behalf.
 *
 * <p>Nothing may wait for the blob store there. So the transaction is given up, the bytes are stored, and the transaction
 * runs again, which then finds them in the store.
 */
@Interceptor
@Component
class LateAttachmentInterceptor {

    private static final int EARLY = -1000;

    private final AttachmentWalk walk;
    private final AttachmentOffload offload;
    private final OwnAddress address;

    LateAttachmentInterceptor(AttachmentWalk walk, AttachmentOffload offload, OwnAddress address) {
        this.walk = walk;
        this.offload = offload;
        this.address = address;
    }

    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
    public void onCreate(IBaseResource resource, @Nullable RequestDetails request) {
        treat(Optional.empty(), resource, request);
    }

    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
    public void onUpdate(@Nullable IBaseResource before, IBaseResource after, @Nullable RequestDetails request) {
        treat(Optional.ofNullable(before), after, request);
    }

    /**
     * Stores what waits for it, when the transaction has ended; returns null if the conflict is none of ours. It is asked
     * before those who would just try again.
     */
    @Hook(value = Pointcut.STORAGE_VERSION_CONFLICT, order = EARLY)
    public @Nullable ResourceVersionConflictResolutionStrategy onConflict(@Nullable RequestDetails request) {
        if (request == null
                || !LateContent.of(request).isWaiting()
                || TransactionSynchronizationManager.isActualTransactionActive()) {
            return null;
        }
        TenantId tenant = TenantId.orDefault(request.getTenantId());
        int rounds = LateContent.of(request).store(data -> offload.store(tenant, data));
        ResourceVersionConflictResolutionStrategy again = new ResourceVersionConflictResolutionStrategy();
        again.setRetry(true);
        again.setMaxRetries(rounds);
        return again;
    }

    private void treat(Optional<IBaseResource> before, IBaseResource after, @Nullable RequestDetails request) {
        if (request == null || !BlobOwnerInterceptor.isOfATenant(request) || !(after instanceof Resource resource)) {
            return;
        }
        RefusedContent.rethrow(resource);
        if (StoredContent.of(resource).isEmpty()) {
            offload(before, resource, request);
        }
        before.ifPresent(old -> keepHeld(old, resource, request));
    }

    private void keepHeld(IBaseResource before, Resource after, RequestDetails request) {
        StoredContent.of(after).filter(content -> !content.brought().isEmpty()).ifPresent(content -> {
            String id = before.getIdElement().getIdPart();
            offload.keepHeld(TenantId.orDefault(request.getTenantId()), id, walk.carrier(after), content);
        });
    }

    private void offload(Optional<IBaseResource> before, Resource resource, RequestDetails request) {
        Carrier carrier = walk.carrier(resource);
        AttachmentInterceptor.refuseForeign(carrier.reserved(), known(before));
        address.makeRelative(carrier, request);
        offload.check(TenantId.orDefault(request.getTenantId()), carrier);
        LateContent late = LateContent.of(request);
        List<InlineData> missing = offload.pending(carrier).stream()
                .filter(data -> late.find(data) == null)
                .toList();
        if (!missing.isEmpty()) {
            late.await(missing);
            throw new ResourceVersionConflictException("An attachment has to be stored first");
        }
        offload.offload(carrier, data -> found(late, data));
    }

    private static StoredBlob found(LateContent late, InlineData data) {
        return Objects.requireNonNull(late.find(data));
    }

    private Set<BlobId> known(Optional<IBaseResource> before) {
        return before.filter(Resource.class::isInstance)
                .map(it -> walk.carrier((Resource) it).blobs())
                .orElse(Set.of());
    }
}
