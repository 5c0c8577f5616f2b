package health.salus.hl7v2;

import java.util.List;

/** What became of an attempt to process a message. */
sealed interface Outcome {

    /**
     * It stands in the FHIR store.
     *
     * @param warnings what could not be carried over as it was meant
     * @param refusals which parts do not stand there, for the person who is to mend it
     * @param corrections how many results it corrected or took back
     */
    record Processed(List<String> warnings, List<String> refusals, int corrections) implements Outcome {

        public Processed {
            warnings = List.copyOf(warnings);
            refusals = List.copyOf(refusals);
        }

        MessageState state() {
            return refusals.isEmpty() ? MessageState.PROCESSED : MessageState.INCOMPLETE;
        }
    }

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
