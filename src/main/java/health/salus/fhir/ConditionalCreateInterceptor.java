package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.model.ResourceVersionConflictResolutionStrategy;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Of several conditional creates at once one makes the resource; the others find it, as if they had come later. */
@Interceptor
@Component
class ConditionalCreateInterceptor {

    private static final int RETRIES = 5;

    /** Lets a conditional create look again that another one overtook; the database let only one of them through. */
    @Hook(Pointcut.STORAGE_VERSION_CONFLICT)
    public ResourceVersionConflictResolutionStrategy onConflict(@Nullable RequestDetails request) {
        ResourceVersionConflictResolutionStrategy strategy = new ResourceVersionConflictResolutionStrategy();
        if (request instanceof ServletRequestDetails
                && request.getRestOperationType() == RestOperationTypeEnum.CREATE
                && request.getHeader(Constants.HEADER_IF_NONE_EXIST) != null) {
            strategy.setRetry(true);
            strategy.setMaxRetries(RETRIES);
        }
        return strategy;
    }
}
