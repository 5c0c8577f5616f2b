package health.salus.hl7v2;

import health.salus.fhir.ResourceWriter;
import health.salus.fhir.WriteOrigin;
import health.salus.mapping.Feed;
import health.salus.mapping.Mapped;
import health.salus.mapping.MappingResult;
import health.salus.mapping.Mappings;
import health.salus.mapping.Rejected;
import org.hl7.fhir.r4.model.Bundle;

import java.time.ZoneId;

/** Maps one message and writes what comes out. Doing so twice is as good as once. */
final class MessageProcessor {

    private final Mappings mappings;
    private final ResourceWriter writer;
    private final ZoneId zone;

    MessageProcessor(Mappings mappings, ResourceWriter writer, ZoneId zone) {
        this.mappings = mappings;
        this.writer = writer;
        this.zone = zone;
    }

    Outcome process(WaitingMessage message) {
        MappingResult result;
        try {
            result = mappings.map(message.content(), new Feed(message.feed(), zone));
        } catch (RuntimeException defect) {
            // A mapping must not fail, but if it does the messages behind this one must not wait for ever.
            return new Outcome.Parked("The mapping failed: " + defect.getClass().getSimpleName());
        } catch (Throwable fault) {
            // Memory may be back the next time; what is the message's own fault ends in parking.
            return new Outcome.Postponed(
                    "The mapping failed: " + fault.getClass().getSimpleName(), true);
        }
        if (result instanceof Rejected rejected) {
            return new Outcome.Parked(String.join("\n", rejected.reasons()));
        }
        Mapped mapped = (Mapped) result;
        if (!mapped.merges().isEmpty() || !mapped.patientMerges().isEmpty()) {
            // Written as it is, the transaction would erase what the message leaves out.
            return new Outcome.Parked(
                    "The message changes single elements of what is stored, which is not supported yet");
        }
        return write(message, mapped);
    }

    String mappingVersion() {
        return mappings.version();
    }

    private Outcome write(WaitingMessage message, Mapped mapped) {
        try {
            Bundle transaction = mapped.transaction();
            writer.transaction(new WriteOrigin(message.tenant(), "hl7v2:" + message.feed()), transaction);
            return new Outcome.Processed(mapped.warnings());
        } catch (Throwable fault) {
            // Were an error let through, the worker would end while messages are still acknowledged.
            return WriteFault.outcome(fault);
        }
    }
}
