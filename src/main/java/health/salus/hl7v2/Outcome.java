package health.salus.hl7v2;

import java.util.List;

/** What became of an attempt to process a message. */
sealed interface Outcome {

    /** It stands in the FHIR store. */
    record Processed(List<String> warnings) implements Outcome {}

    /** It cannot be written as it is. */
    record Parked(String reason) implements Outcome {}

    /**
     * It could not be written now.
     *
     * @param reason     the fault, without content of the message
     * @param persistent whether the fault may be the message's own, so that it is not tried for ever
     */
    record Postponed(String reason, boolean persistent) implements Outcome {}
}
