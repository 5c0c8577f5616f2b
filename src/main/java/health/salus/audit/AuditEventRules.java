package health.salus.audit;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import org.hl7.fhir.instance.model.api.IBaseConformance;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/** Says of {@code AuditEvent} only what {@link AuditEventProvider} can do, and to whoever tries more that it is read only. */
@Interceptor
class AuditEventRules {

    private static final String TYPE = "AuditEvent";
    private static final Set<String> PARAMETERS = Set.of("patient", "agent", "entity", "date", "outcome");

    /** Answers 405 to a write; HAPI would say that it does not understand. */
    @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
    public @Nullable BaseServerResponseException onFailure(Throwable failure, RequestDetails request) {
        boolean writes = request.getRequestType() != RequestTypeEnum.GET && failure instanceof InvalidRequestException;
        return writes && TYPE.equals(request.getResourceName())
                ? new MethodNotAllowedException(
                        "The trail is written by the server alone", RequestTypeEnum.GET, RequestTypeEnum.HEAD)
                : null;
    }

    /** Cuts the statement down to what is true; HAPI lists what its own provider could. */
    @Hook(Pointcut.SERVER_CAPABILITY_STATEMENT_GENERATED)
    public void onStatement(IBaseConformance statement) {
        if (statement instanceof CapabilityStatement capabilities) {
            capabilities.getRest().stream()
                    .flatMap(rest -> rest.getResource().stream())
                    .forEach(AuditEventRules::cut);
        }
    }

    private static void cut(CapabilityStatementRestResourceComponent resource) {
        if (resource.getType().equals(TYPE)) {
            resource.getSearchParam().removeIf(parameter -> !PARAMETERS.contains(parameter.getName()));
            resource.setSearchInclude(List.of());
            resource.setSearchRevInclude(List.of());
        } else {
            // Events lie where no other resource can be joined to them.
            resource.getSearchRevInclude()
                    .removeIf(include -> include.getValue().startsWith("AuditEvent:"));
        }
    }
}
