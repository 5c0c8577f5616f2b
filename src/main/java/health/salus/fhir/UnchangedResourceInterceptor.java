package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

/**
 * Lets the first update of a resource be recognized as no change when it is none.
 *
 * <p>With tags inside the resource (ADR 3), HAPI compares stored texts, and it writes an empty {@code meta} when it updates
 * but none when it creates. With something in {@code meta} that is not stored, it writes the empty one there too.
 */
@Interceptor
@Component
class UnchangedResourceInterceptor {

    private static final String FIRST_VERSION = "1";

    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
    public void onCreate(IBaseResource created) {
        if (created instanceof Resource resource) {
            resource.getMeta().setVersionId(FIRST_VERSION);
        }
    }
}
