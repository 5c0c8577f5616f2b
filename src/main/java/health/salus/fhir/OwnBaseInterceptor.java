package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.FhirTerser;
import com.google.common.primitives.Bytes;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Reads an absolute reference below the tenant's own base as what it is, a reference to this tenant's resource.
 *
 * <p>HAPI can do so too, but knows one set of bases for all tenants: it would take another tenant's
 * {@code Patient/1} for our own.
 */
@Interceptor
@Component
class OwnBaseInterceptor {

    private static final Pattern RESOURCE = Pattern.compile("[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}(/_history/[0-9]+)?");

    private final FhirTerser terser;

    OwnBaseInterceptor(FhirContext context) {
        this.terser = context.newTerser();
    }

    /** Shortens the references of a resource or Bundle that is about to be written. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
    public void onWrite(RequestDetails request) {
        IBaseResource resource = request.getResource();
        String base = request.getFhirServerBase() + "/";
        // Looking at the text is much cheaper than walking through a large Bundle that hardly ever needs it.
        if (resource != null
                && Bytes.indexOf(request.loadRequestContents(), base.getBytes(StandardCharsets.UTF_8)) >= 0) {
            shorten(resource, request.getFhirServerBase());
        }
    }

    /** @param base without a slash at its end */
    void shorten(IBaseResource resource, String base) {
        terser.getAllPopulatedChildElementsOfType(resource, IBaseReference.class)
                .forEach(reference -> shorten(reference, base + "/"));
    }

    private static void shorten(IBaseReference reference, String base) {
        String target = reference.getReferenceElement().getValue();
        if (target != null
                && target.startsWith(base)
                && RESOURCE.matcher(target.substring(base.length())).matches()) {
            reference.setReference(target.substring(base.length()));
        }
    }
}
