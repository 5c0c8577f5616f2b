package health.salus.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;

/** Knows which types a caller may see all resources of, so that none of them has to be looked into. */
public interface WholeTypes {

    /** Tells whether the caller of a request may see every resource of a FHIR R4 type in the tenant. */
    boolean isShown(RequestDetails request, String type);

    /** Tells whether the caller of a request may see every resource of the tenant. */
    boolean isTenantShown(RequestDetails request);
}
