package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.storage.interceptor.AutoCreatePlaceholderReferenceTargetRequest;
import ca.uhn.fhir.storage.interceptor.AutoCreatePlaceholderReferenceTargetResponse;
import org.springframework.stereotype.Component;

/**
 * Lets a conditional reference such as {@code Practitioner?identifier=…|…} create what it names when nothing matches,
 * since such a placeholder carries the identifier and is found again. A literal reference to an unknown id stays an
 * error: see ADR 5.
 */
@Interceptor
@Component
class PlaceholderInterceptor {

    /** Allows a target that is named by an identifier; forbids one that is named by an id. */
    @Hook(Pointcut.STORAGE_PRE_AUTO_CREATE_PLACEHOLDER_REFERENCE)
    public AutoCreatePlaceholderReferenceTargetResponse onMissingTarget(
            AutoCreatePlaceholderReferenceTargetRequest request) {
        boolean namedById = request.getTargetResourceToCreate().getIdElement().hasIdPart();
        return namedById
                ? AutoCreatePlaceholderReferenceTargetResponse.doNotCreateTarget()
                : AutoCreatePlaceholderReferenceTargetResponse.proceed();
    }
}
