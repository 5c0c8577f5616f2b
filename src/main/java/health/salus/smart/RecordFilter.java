package health.salus.smart;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.Optional;
import java.util.Set;

/** Takes out of every result what the caller may not see, so that it looks as if it did not exist. */
@Interceptor
@Component
class RecordFilter {

    private static final String BINARY = "Binary";

    private static final Set<RestOperationTypeEnum> PASTS =
            Set.of(RestOperationTypeEnum.HISTORY_TYPE, RestOperationTypeEnum.HISTORY_SYSTEM);

    private final Visibility visibility;
    private final CurrentVersions versions;

    RecordFilter(Visibility visibility, CurrentVersions versions) {
        this.visibility = visibility;
        this.versions = versions;
    }

    /** Called by HAPI with the resources that it has loaded, before it counts or shows them. */
    @Hook(Pointcut.STORAGE_PREACCESS_RESOURCES)
    public void filter(IPreResourceAccessDetails found, @Nullable RequestDetails request) {
        Optional<AccessRights> rights = request == null ? Optional.empty() : AccessRights.of(request);
        if (rights.isEmpty() && request instanceof SystemRequestDetails) {
            return;
        }
        // Looking at a resource makes HAPI load it, which is spared where everything may be seen.
        if (rights.isPresent() && rights.get().seesWholeTenant()) {
            return;
        }
        for (int index = 0; index < found.size(); index++) {
            if (rights.isEmpty() || request == null || !isShown(rights.get(), request, found.getResource(index))) {
                found.setDontReturnResourceAtIndex(index);
            }
        }
    }

    private boolean isShown(AccessRights rights, RequestDetails request, IBaseResource resource) {
        String type = request.getFhirContext().getResourceType(resource);
        // A file is read through any version of what refers to it, and a history of many shows the past of each.
        boolean showsPast = (BINARY.equals(request.getResourceName()) && !BINARY.equals(type))
                || PASTS.contains(request.getRestOperationType());
        return visibility.shows(rights, request, resource)
                && (!showsPast
                        || rights.inTenant(type, Permission.READ)
                        || versions.isShown(
                                request, rights, type, resource.getIdElement().getIdPart()));
    }
}
