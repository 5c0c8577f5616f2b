package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

import java.util.Optional;

/**
 * Deletes only the version that {@code If-Match} names, also in a batch or transaction. HAPI looks at the header for
 * updates and not for deletes: it would delete what somebody else has just changed.
 */
@Interceptor
@Component
class DeleteConditionInterceptor {

    /** Called within the database transaction, with the resource as it is stored; answers 412. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
    public void onDelete(IBaseResource resource, RequestDetails request) {
        IIdType id = resource.getIdElement();
        condition(request, id)
                .map(DeleteConditionInterceptor::version)
                .filter(version -> !version.equals(id.getVersionIdPart()))
                .ifPresent(version -> {
                    throw new PreconditionFailedException("The version to delete is not the current one; "
                            + "read the resource again and say its ETag in If-Match");
                });
    }

    private static Optional<String> condition(RequestDetails request, IIdType id) {
        if (!(request.getResource() instanceof Bundle bundle)) {
            return Optional.ofNullable(request.getHeader(HttpHeaders.IF_MATCH));
        }
        String path = id.toUnqualifiedVersionless().getValue();
        return bundle.getEntry().stream()
                .map(Bundle.BundleEntryComponent::getRequest)
                .filter(entry -> entry.getMethod() == Bundle.HTTPVerb.DELETE && path.equals(entry.getUrl()))
                .filter(BundleEntryRequestComponent::hasIfMatch)
                .map(BundleEntryRequestComponent::getIfMatch)
                .findFirst();
    }

    private static String version(String ifMatch) {
        return ifMatch.replace("W/", "").replace("\"", "");
    }
}
