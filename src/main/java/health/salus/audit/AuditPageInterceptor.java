package health.salus.audit;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;

/** Takes the total out of a page of the trail: HAPI puts the number of entries on the page there. */
@Interceptor
class AuditPageInterceptor {

    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onAnswer(RequestDetails request, IBaseResource answer) {
        if ("AuditEvent".equals(request.getResourceName())
                && answer instanceof Bundle page
                && (page.getLink("next") != null || request.getParameters().containsKey(AuditEventProvider.BEFORE))) {
            page.setTotalElement(null);
        }
    }
}
