package health.salus.smart;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.stereotype.Component;

import java.util.List;
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

    private static final Set<RestOperationTypeEnum> PASTS =
            Set.of(RestOperationTypeEnum.VREAD, RestOperationTypeEnum.HISTORY_INSTANCE);

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
            case ALLOW -> {
                requireCurrentVersion(rights.get(), request);
                namedForChange(request).forEach(named -> requireOwn(rights.get(), request, named));
            }
        }
    }

    private void requireCurrentVersion(AccessRights rights, RequestDetails request) {
        String type = request.getResourceName();
        boolean isBinary = "Binary".equals(type);
        // Whose bytes they are is seen when they are found.
        boolean operates =
                Optional.ofNullable(request.getOperation()).orElse("").startsWith("$") && !isBinary;
        if ((operates || PASTS.contains(request.getRestOperationType()))
                && request.getId() != null
                && request.getId().hasIdPart()
                && !rights.inTenant(type, Permission.READ)
                && !versions.isShown(request, rights, type, request.getId().getIdPart())) {
            throw new ResourceNotFoundException(request.getId());
        }
    }

    // What a change names by its id must be known before, or be free for everybody to make.
    private void requireOwn(AccessRights rights, RequestDetails request, ChangedResource named) {
        ResourceCondition own = rights.condition(named.type(), named.permission());
        boolean makes = named.permission() == Permission.UPDATE
                && rights.granted(named.type(), Permission.UPDATE).isEverything();
        if (!own.isEverything() && !makes && !versions.holds(own, request, named.type(), named.id())) {
            throw new ResourceNotFoundException(new IdType(named.type(), named.id()));
        }
    }

    private static List<ChangedResource> namedForChange(RequestDetails request) {
        if (request.getRestOperationType() == RestOperationTypeEnum.TRANSACTION) {
            return request.getResource() instanceof Bundle bundle
                    ? bundle.getEntry().stream()
                            .flatMap(entry -> ChangedResource.of(entry.getRequest()).stream())
                            .toList()
                    : List.of();
        }
        return request.getId() != null && request.getId().hasIdPart()
                ? ChangedResource.of(request.getRestOperationType(), request.getResourceName(), request.getId())
                        .stream()
                        .toList()
                : List.of();
    }
}
