package health.salus.fhir;

/**
 * A feature's FHIR operations: a bean whose methods have HAPI's {@code @Operation}. The server offers those of all beans of
 * this type; who may call them, the access rules say.
 */
public interface FhirOperations {}
