package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.model.ResourceVersionConflictResolutionStrategy;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Conditional updates and creates where HAPI leaves https://hl7.org/fhir/R4/http.html#cond-update. */
@Interceptor
@Component
class ConditionalUpdateInterceptor {

    private static final String ID_OF_THE_BODY = ConditionalUpdateInterceptor.class.getName();
    private static final int RETRIES = 5;

    /** Remembers the id that the body of a conditional update has: HAPI puts that of the match in its place. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
    public void onRequest(RequestDetails request) {
        IBaseResource resource = request.getResource();
        if (request.getRestOperationType() == RestOperationTypeEnum.UPDATE
                && request.getId() == null
                && resource != null
                && resource.getIdElement().hasIdPart()) {
            request.getUserData().put(ID_OF_THE_BODY, resource.getIdElement().getIdPart());
        }
    }

    /** Answers 400 where the one match has another id than the body says. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
    public void onUpdate(@Nullable IBaseResource before, IBaseResource after, RequestDetails request) {
        Object id = request.getUserData().get(ID_OF_THE_BODY);
        if (before != null && id != null && !id.equals(before.getIdElement().getIdPart())) {
            throw new InvalidRequestException(
                    "The resource that matches has another id than the body; leave the id out");
        }
    }

    /** Lets a conditional write look again that another one overtook, so that it finds what that one made. */
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
