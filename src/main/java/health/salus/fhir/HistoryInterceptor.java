package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.regex.Pattern;

/**
 * Says in a history how each version came about, https://hl7.org/fhir/R4/http.html#history: HAPI calls every first version a
 * POST, and names the version where the request named the resource or its type.
 */
@Interceptor
@Component
class HistoryInterceptor {

    // The ids that the server gives, see StorageConfiguration. A client that makes one up in the same way is not told
    // apart.
    private static final Pattern GIVEN =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    /** Corrects the requests of the entries of a history; leaves other answers as they are. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onAnswer(@Nullable IBaseResource answer) {
        if (answer instanceof Bundle bundle && bundle.getType() == BundleType.HISTORY) {
            bundle.getEntry().stream()
                    .filter(entry -> entry.hasRequest() && entry.getRequest().hasUrl())
                    .forEach(HistoryInterceptor::correct);
        }
    }

    private static void correct(BundleEntryComponent entry) {
        IdType id = new IdType(entry.getRequest().getUrl());
        if (!id.hasResourceType() || !id.hasIdPart()) {
            return;
        }
        HTTPVerb method = entry.getRequest().getMethod();
        boolean byPost =
                method == HTTPVerb.POST && GIVEN.matcher(id.getIdPart()).matches();
        if (method == HTTPVerb.POST && !byPost) {
            entry.getRequest().setMethod(HTTPVerb.PUT);
        }
        entry.getRequest().setUrl(byPost ? id.getResourceType() : id.getResourceType() + "/" + id.getIdPart());
        if (entry.hasResource()) {
            entry.getResponse().setLastModified(entry.getResource().getMeta().getLastUpdated());
        }
    }
}
