package health.salus.hl7v2;

/** Which answers a sender gets. */
enum AcknowledgmentMode {
    /** Those that MSH-15 and MSH-16 ask for: original mode if both are empty, else enhanced mode. */
    AS_ASKED,
    /** One answer, AA, AE or AR, whatever the message asks for. */
    ORIGINAL
}
