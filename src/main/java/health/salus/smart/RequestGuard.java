package health.salus.smart;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import org.springframework.stereotype.Component;

import java.util.Optional;
import java.util.Set;

/**
 * Refuses requests before anything is done for them.
 *
 * <p>HAPI's own authorization leaves out what it holds to be harmless, such as {@code $meta}; nothing is left out here.
 */
@Interceptor(order = RequestGuard.EARLY)
@Component
class RequestGuard {

    static final int EARLY = CallerInterceptor.FIRST + 1;

    private static final Set<RestOperationTypeEnum> FILE_WRITES =
            Set.of(RestOperationTypeEnum.CREATE, RestOperationTypeEnum.UPDATE);

    private final RequestRules rules;
    private final CurrentVersions versions;

    RequestGuard(RequestRules rules, CurrentVersions versions) {
        this.rules = rules;
        this.versions = versions;
    }

    /**
     * Does the same before the body of a file is read, which can be larger than the memory: who may not write it need not
     * send it.
     */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void guardBeforeBody(RequestDetails request) {
        if (FILE_WRITES.contains(request.getRestOperationType()) && "Binary".equals(request.getResourceName())) {
            guard(request);
        }
    }

    /** Lets a request go on, or answers it 403, or 404 where the caller must not know what exists. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
    public void guard(RequestDetails request) {
        Optional<AccessRights> rights = AccessRights.of(request);
        if (rights.isEmpty()) {
            if (request.getRestOperationType() != RestOperationTypeEnum.METADATA) {
                throw new ForbiddenOperationException("Not allowed");
            }
            return;
        }
        switch (rules.decide(rights.get(), request)) {
            case FORBID -> throw new ForbiddenOperationException("The scopes of the token do not allow this");
            case HIDE -> throw new ResourceNotFoundException(request.getId());
            case ALLOW -> requireCurrentVersion(rights.get(), request);
        }
    }

    private void requireCurrentVersion(AccessRights rights, RequestDetails request) {
        RestOperationTypeEnum kind = request.getRestOperationType();
        boolean readsPast = kind == RestOperationTypeEnum.VREAD || kind == RestOperationTypeEnum.HISTORY_INSTANCE;
        String type = request.getResourceName();
        if (readsPast
                && !rights.inTenant(type, Permission.READ)
                && !versions.isShown(request, rights, type, request.getId().getIdPart())) {
            throw new ResourceNotFoundException(request.getId());
        }
    }
}
