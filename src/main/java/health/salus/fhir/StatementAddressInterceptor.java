package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.springframework.stereotype.Component;

/** Tells each tenant its own base address in the CapabilityStatement; HAPI tells all of them the default tenant's. */
@Interceptor
@Component
class StatementAddressInterceptor {

    /** Changes a copy, because HAPI keeps the statement and gives it to everybody. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onShow(RequestDetails request, ResponseDetails answer) {
        if (request.getRestOperationType() == RestOperationTypeEnum.METADATA
                && answer.getResponseResource() instanceof CapabilityStatement kept) {
            CapabilityStatement statement = kept.copy();
            statement.getImplementation().setUrl(request.getFhirServerBase());
            answer.setResponseResource(statement);
        }
    }
}
