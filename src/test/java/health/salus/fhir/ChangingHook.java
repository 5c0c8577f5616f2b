package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import org.hl7.fhir.r4.model.Patient;

/** Shows another name, in a copy of the answer. */
@Interceptor
public final class ChangingHook {

    /** Puts the copy in the place of the answer. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onAnswer(ResponseDetails answer) {
        if (answer.getResponseResource() instanceof Patient patient) {
            Patient copy = patient.copy();
            copy.getNameFirstRep().setFamily("Ersetzt");
            answer.setResponseResource(copy);
        }
    }
}
