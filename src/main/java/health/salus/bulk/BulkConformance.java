package health.salus.bulk;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import org.hl7.fhir.instance.model.api.IBaseConformance;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.springframework.stereotype.Component;

/** Says in the CapabilityStatement that the server follows Bulk Data Access. */
@Interceptor
@Component
class BulkConformance {

    private static final String CANONICAL = "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data";

    /** Adds to a statement that has just been made; its operations are in it already. */
    @Hook(Pointcut.SERVER_CAPABILITY_STATEMENT_GENERATED)
    public void complete(IBaseConformance statement) {
        if (statement instanceof CapabilityStatement capabilities && !capabilities.hasInstantiates(CANONICAL)) {
            capabilities.addInstantiates(CANONICAL);
        }
    }
}
