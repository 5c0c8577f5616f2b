package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.dao.JpaDaoResourceLinkResolver;
import ca.uhn.fhir.jpa.model.cross.IResourceLookup;
import ca.uhn.fhir.jpa.searchparam.extractor.PathAndRef;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import health.salus.tenant.SharedTypes;
import health.salus.tenant.Tenant;
import health.salus.tenant.TenantId;
import org.hl7.fhir.instance.model.api.IIdType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Finds what a reference leads to, as HAPI does, and where the tenant allows it, waits for what is not there. HAPI can only
 * forget such a reference: no search finds it then before its source is written again.
 */
@Component
class AwaitingLinkResolver extends JpaDaoResourceLinkResolver {

    private final AwaitedTargets awaited;
    private final ReferenceSettings settings;

    AwaitingLinkResolver(AwaitedTargets awaited, ReferenceSettings settings) {
        this.awaited = awaited;
        this.settings = settings;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable IResourceLookup findTargetResource(
            RequestPartitionId partition,
            String sourceType,
            PathAndRef reference,
            @Nullable RequestDetails request,
            @Nullable TransactionDetails transaction) {
        try {
            return super.findTargetResource(partition, sourceType, reference, request, transaction);
        } catch (InvalidRequestException e) {
            IIdType target = reference.getRef().getReferenceElement();
            if (request == null || !isAllowed(request) || !AwaitedTargets.canBe(target)) {
                throw e;
            }
            return await(partition, target);
        }
    }

    /** Tells whether something stored is indexed again; what it may refer to was decided when it came. */
    static boolean isReindex(RequestDetails request) {
        return request instanceof SystemRequestDetails && request.getTenantId() == null;
    }

    private boolean isAllowed(RequestDetails request) {
        return isReindex(request)
                || settings.policyOf(TenantId.orDefault(request.getTenantId())) == ReferencePolicy.ALLOW;
    }

    // A target that would lie in another partition cannot be linked to, wherever HAPI looks for it.
    private @Nullable IResourceLookup<?> await(RequestPartitionId partitions, IIdType target) {
        if (!partitions.hasPartitionIds() || partitions.getPartitionIds().size() != 1) {
            return null;
        }
        int partition = partitions.getPartitionIds().get(0);
        boolean lies = SharedTypes.contains(target.getResourceType()) == (partition == Tenant.SHARED_PARTITION);
        return lies ? awaited.reserve(partition, target) : null;
    }
}
