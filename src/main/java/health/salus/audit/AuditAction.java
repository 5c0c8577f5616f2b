package health.salus.audit;

/**
 * What was done, in the five letters of FHIR.
 *
 * @see <a href="https://hl7.org/fhir/R4/valueset-audit-event-action.html">FHIR R4, AuditEventAction</a>
 */
public enum AuditAction {
    CREATE,
    READ,
    UPDATE,
    DELETE,
    EXECUTE;

    /** Returns the code: C, R, U, D or E. */
    public String code() {
        return name().substring(0, 1);
    }
}
