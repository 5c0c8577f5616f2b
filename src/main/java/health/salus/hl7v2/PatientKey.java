package health.salus.hl7v2;

/**
 * Whom a message is about, as its sender says.
 *
 * @param authority who gave the number, CX-4 as it was sent, else the sending facility; empty if no patient is named
 * @param value     the number, CX-1; empty if no patient is named
 */
record PatientKey(String authority, String value) {

    /** Stands for the patient of all messages that name none, so that they too keep their order. */
    static final PatientKey NOBODY = new PatientKey("", "");
}
