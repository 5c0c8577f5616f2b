package health.salus.smart;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.Optional;

/** Takes out of every result what the caller may not see, so that it looks as if it did not exist. */
@Interceptor
@Component
class RecordFilter {

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
            int at = index;
            boolean shown = request != null
                    && rights.filter(it -> Visibility.shows(it, request.getFhirContext(), found.getResource(at)))
                            .isPresent();
            if (!shown) {
                found.setDontReturnResourceAtIndex(index);
            }
        }
    }
}
