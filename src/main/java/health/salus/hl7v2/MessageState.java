package health.salus.hl7v2;

/** How far a stored message has come. */
enum MessageState {
    /** Acknowledged and waiting for a worker. */
    RECEIVED,
    /** Written to the FHIR store. */
    PROCESSED,
    /** Written except for parts; a person has to look at the reason. */
    INCOMPLETE,
    /** Cannot be written as it is; a person has to look at the reason. */
    PARKED,
    /** There is no mapping for its type. */
    UNSUPPORTED,
    /** A person decided that it is not to be processed. */
    DISCARDED
}
