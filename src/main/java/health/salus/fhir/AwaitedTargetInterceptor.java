package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import java.util.HashSet;
import java.util.Set;

/**
 * Shows what is waited for as what it is, something that is not there: HAPI takes it for a resource that was deleted, see
 * {@link AwaitedTargets}.
 */
@Interceptor
@Component
class AwaitedTargetInterceptor {

    private static final String CREATED = AwaitedTargetInterceptor.class.getName();

    private final AwaitedTargets awaited;
    private final Tenants tenants;

    AwaitedTargetInterceptor(AwaitedTargets awaited, Tenants tenants) {
        this.awaited = awaited;
        this.tenants = tenants;
    }

    /** Answers 404 instead of 410 for what never was. */
    @Hook(value = Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION, order = -1)
    public @Nullable BaseServerResponseException onFailure(Throwable failure, @Nullable RequestDetails request) {
        if (failure instanceof ResourceGoneException && request != null && isAwaited(request)) {
            return new ResourceNotFoundException(request.getId());
        }
        return null;
    }

    /** Answers 404 to a history without versions. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
    public void onHistory(RequestDetails request, RestOperationTypeEnum operation) {
        if (operation == RestOperationTypeEnum.HISTORY_INSTANCE && isAwaited(request)) {
            throw new ResourceNotFoundException(request.getId());
        }
    }

    /** Notes an update that has nothing before it: HAPI says that it updated where it created. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
    @SuppressWarnings("unchecked")
    public void onUpdate(@Nullable IBaseResource before, IBaseResource after, @Nullable RequestDetails request) {
        if (before == null && request != null) {
            Set<String> created = (Set<String>) request.getUserData().computeIfAbsent(CREATED, key -> new HashSet<>());
            created.add(after.getIdElement().toUnqualifiedVersionless().getValue());
        }
    }

    /** Answers 201 where something was created. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onAnswer(RequestDetails request, ResponseDetails answer) {
        if (!(request.getUserData().get(CREATED) instanceof Set<?> created)) {
            return;
        }
        if (answer.getResponseResource() instanceof Bundle bundle) {
            bundle.getEntry().stream()
                    .map(Bundle.BundleEntryComponent::getResponse)
                    .filter(response -> created.contains(path(response.getLocation())))
                    .forEach(response -> response.setStatus("201 Created"));
        } else if (answer.getResponseCode() == HttpStatus.OK.value()) {
            answer.setResponseCode(HttpStatus.CREATED.value());
        }
    }

    private static String path(@Nullable String location) {
        return location == null ? "" : location.replaceFirst("/_history/.*", "");
    }

    private boolean isAwaited(RequestDetails request) {
        IIdType id = request.getId();
        return id != null
                && id.hasResourceType()
                && awaited.contain(
                        tenants.require(TenantId.orDefault(request.getTenantId()))
                                .partition(),
                        id);
    }
}
