package health.salus.smart;

import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.interceptor.auth.AuthorizationConstants;
import ca.uhn.fhir.rest.server.interceptor.auth.AuthorizationInterceptor;
import ca.uhn.fhir.rest.server.interceptor.auth.PolicyEnum;
import health.salus.tenant.SharedTypes;
import health.salus.tenant.TenantId;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The last wall: HAPI asks it about every request, every resource that is about to be shown and every change that is
 * about to be stored. What it does not know, it denies.
 */
@Interceptor(order = AuthorizationConstants.ORDER_AUTH_INTERCEPTOR)
@Component
class SmartAuthorizationInterceptor extends AuthorizationInterceptor {

    private static final String SEARCH_PARAMETER = "SearchParameter";

    private final RequestRules rules;
    private final Visibility visibility;

    SmartAuthorizationInterceptor(RequestRules rules, Visibility visibility) {
        super(PolicyEnum.DENY);
        this.visibility = visibility;
        this.rules = rules;
    }

    @Override
    public Verdict applyRulesAndReturnDecision(
            RestOperationTypeEnum operation,
            RequestDetails request,
            @Nullable IBaseResource input,
            @Nullable IIdType inputId,
            @Nullable IBaseResource output,
            Pointcut pointcut) {
        boolean allowed = AccessRights.of(request)
                .map(rights -> isAllowed(rights, operation, request, input, output, pointcut))
                .orElseGet(() -> isOurOwn(request) || operation == RestOperationTypeEnum.METADATA);
        return new Verdict(allowed ? PolicyEnum.ALLOW : PolicyEnum.DENY, null);
    }

    private boolean isAllowed(
            AccessRights rights,
            RestOperationTypeEnum operation,
            RequestDetails request,
            @Nullable IBaseResource input,
            @Nullable IBaseResource output,
            Pointcut pointcut) {
        if (output != null) {
            return visibility.shows(rights, request, output);
        }
        return switch (pointcut) {
            case SERVER_INCOMING_REQUEST_PRE_HANDLED -> rules.decide(rights, request) == RequestRules.Decision.ALLOW;
            case STORAGE_PRESTORAGE_RESOURCE_CREATED,
                    STORAGE_PRESTORAGE_RESOURCE_UPDATED,
                    STORAGE_PRESTORAGE_RESOURCE_DELETED ->
                input != null && mayChange(rights, operation, request, input.fhirType());
            case STORAGE_CASCADE_DELETE ->
                input != null && mayChange(rights, RestOperationTypeEnum.DELETE, request, input.fhirType());
            default -> false;
        };
    }

    private static boolean mayChange(
            AccessRights rights, RestOperationTypeEnum operation, RequestDetails request, String type) {
        if (SharedTypes.contains(type) && !maintainsShared(request, type)) {
            throw new ForbiddenOperationException("All tenants share what is a " + type
                    + "; only administrators " + (type.equals(SEARCH_PARAMETER) ? "" : "and programs ")
                    + "of the default tenant may change it");
        }
        return switch (operation) {
            case CREATE -> !rights.granted(type, Permission.CREATE).isNothing();
            case UPDATE -> !rights.granted(type, Permission.UPDATE).isNothing();
            case DELETE -> !rights.granted(type, Permission.DELETE).isNothing();
            default -> false;
        };
    }

    // A search parameter changes what everybody's searches find, which is for people to decide.
    private static boolean maintainsShared(RequestDetails request, String type) {
        return SmartPrincipal.of(request)
                .filter(caller -> caller.tenant().equals(TenantId.DEFAULT))
                .filter(caller ->
                        caller.role() == Role.ADMIN || (caller.role() == Role.SYSTEM && !type.equals(SEARCH_PARAMETER)))
                .isPresent();
    }

    // Only what never came over the network has no caller. A servlet request without one is a mistake, and is refused.
    private static boolean isOurOwn(RequestDetails request) {
        return request instanceof SystemRequestDetails;
    }
}
