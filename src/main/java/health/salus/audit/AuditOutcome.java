package health.salus.audit;

/**
 * How it ended.
 *
 * @see <a href="https://hl7.org/fhir/R4/valueset-audit-event-outcome.html">FHIR R4, AuditEventOutcome</a>
 */
public enum AuditOutcome {
    SUCCESS(0),
    /** Refused, or asked for wrongly. */
    REFUSED(4),
    /** The server failed. */
    FAILED(8);

    private final int code;

    AuditOutcome(int code) {
        this.code = code;
    }

    /** Returns the FHIR code: 0, 4 or 8. */
    public int code() {
        return code;
    }

    /** Returns how a request ended that was answered with this HTTP status. */
    public static AuditOutcome ofStatus(int status) {
        if (status >= 500) {
            return FAILED;
        }
        return status >= 400 ? REFUSED : SUCCESS;
    }
}
