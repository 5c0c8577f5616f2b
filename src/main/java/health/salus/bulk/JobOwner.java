package health.salus.bulk;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;

/**
 * Who has begun a job and alone may see it.
 *
 * @param tenant whose data
 * @param client the app or program
 * @param caller the client, and the subject of its token: a person in front of an app, or the program itself
 */
record JobOwner(TenantId tenant, String client, String caller) {

    static JobOwner of(RequestDetails request) {
        SmartPrincipal caller = SmartPrincipal.of(request).orElseThrow();
        return new JobOwner(caller.tenant(), caller.clientId(), caller.clientId() + " " + caller.subject());
    }
}
