package health.salus.fhir;

/** What becomes of a reference whose target is not there, https://hl7.org/fhir/R4/http.html#integrity. */
enum ReferencePolicy {
    /** It is refused: 400. */
    ENFORCE,
    /** It is kept, and found as soon as its target is there. */
    ALLOW,
    /** Its target is created, empty, marked as a placeholder, and with the identifier of the reference if that has one. */
    PLACEHOLDER
}
