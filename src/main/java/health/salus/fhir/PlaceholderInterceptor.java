package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.storage.interceptor.AutoCreatePlaceholderReferenceTargetRequest;
import ca.uhn.fhir.storage.interceptor.AutoCreatePlaceholderReferenceTargetResponse;
import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Lets a conditional reference such as {@code Practitioner?identifier=…|…} create what it names when nothing matches,
 * since such a placeholder carries the identifier and is found again. A literal reference to an unknown id does so only
 * where the policy of the tenant says so: see ADR 5 and 26.
 */
@Interceptor
@Component
class PlaceholderInterceptor {

    private final ReferenceSettings settings;

    PlaceholderInterceptor(ReferenceSettings settings) {
        this.settings = settings;
    }

    /** Allows a target that is named by an identifier, and by the policy of the tenant one that is named by an id. */
    @Hook(Pointcut.STORAGE_PRE_AUTO_CREATE_PLACEHOLDER_REFERENCE)
    public AutoCreatePlaceholderReferenceTargetResponse onMissingTarget(
            AutoCreatePlaceholderReferenceTargetRequest request, @Nullable RequestDetails caller) {
        boolean namedById = request.getTargetResourceToCreate().getIdElement().hasIdPart();
        boolean reindexed = caller != null && AwaitingLinkResolver.isReindex(caller);
        return reindexed || (namedById && !makesPlaceholders(caller))
                ? AutoCreatePlaceholderReferenceTargetResponse.doNotCreateTarget()
                : AutoCreatePlaceholderReferenceTargetResponse.proceed();
    }

    private boolean makesPlaceholders(@Nullable RequestDetails caller) {
        return caller != null
                && settings.policyOf(TenantId.orDefault(caller.getTenantId())) == ReferencePolicy.PLACEHOLDER;
    }
}
