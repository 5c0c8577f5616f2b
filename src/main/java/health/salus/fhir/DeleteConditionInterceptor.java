package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

import java.util.HashMap;
import java.util.Map;

/**
 * Deletes only the version that {@code If-Match} names, also in a batch or transaction. HAPI looks at the header for
 * updates and not for deletes: it would delete what somebody else has just changed.
 */
@Interceptor
@Component
class DeleteConditionInterceptor {

    private static final String OF_A_BUNDLE = DeleteConditionInterceptor.class.getName();

    /** Remembers the conditions of a batch or transaction: HAPI does not hand them on to the deletes. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
    public void onRequest(RequestDetails request) {
        if (request.getResource() instanceof Bundle bundle) {
            Map<String, String> conditions = new HashMap<>();
            bundle.getEntry().stream()
                    .map(Bundle.BundleEntryComponent::getRequest)
                    .filter(entry -> entry.getMethod() == Bundle.HTTPVerb.DELETE && entry.hasIfMatch())
                    .forEach(entry -> conditions.put(entry.getUrl(), entry.getIfMatch()));
            request.getUserData().put(OF_A_BUNDLE, conditions);
        }
    }

    /** Called within the database transaction, with the resource as it is stored; answers 412. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
    public void onDelete(IBaseResource resource, RequestDetails request) {
        IIdType id = resource.getIdElement();
        String condition = request.getUserData().get(OF_A_BUNDLE) instanceof Map<?, ?> conditions
                ? (String) conditions.get(id.toUnqualifiedVersionless().getValue())
                : request.getHeader(HttpHeaders.IF_MATCH);
        if (condition != null && !version(condition).equals(id.getVersionIdPart())) {
            throw new PreconditionFailedException("The version to delete is not the current one; "
                    + "read the resource again and say its ETag in If-Match");
        }
    }

    private static String version(String ifMatch) {
        return ifMatch.replace("W/", "").replace("\"", "");
    }
}
