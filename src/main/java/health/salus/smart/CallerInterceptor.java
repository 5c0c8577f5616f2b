package health.salus.smart;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/** Tells HAPI who makes a request, before any other interceptor asks. */
@Interceptor(order = CallerInterceptor.FIRST)
@Component
class CallerInterceptor {

    static final int FIRST = -1000;

    private final InstitutionRules institution;

    CallerInterceptor(InstitutionRules institution) {
        this.institution = institution;
    }

    /** Attaches the caller that Spring Security has found to the request; without one, only the metadata are answered. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void attachCaller(RequestDetails request) {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof SmartAuthentication authentication) {
            SmartPrincipal caller = authentication.getPrincipal();
            caller.attachTo(request);
            AccessRights.of(caller, institution.of(caller)).attachTo(request);
            return;
        }
        if (request.getRestOperationType() != RestOperationTypeEnum.METADATA) {
            throw new AuthenticationException("An access token is needed");
        }
    }
}
