package health.salus.hl7v2;

/** How far a stored message has come. */
enum MessageState {
    /** Acknowledged and waiting for the worker. */
    RECEIVED,
    /** Written to the FHIR store. */
    PROCESSED,
    /** Cannot be written as it is; a person has to look at the reason. */
    PARKED,
    /** There is no mapping for its type; its sender was told so. */
    UNSUPPORTED
}
