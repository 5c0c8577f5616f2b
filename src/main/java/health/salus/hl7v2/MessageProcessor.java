package health.salus.hl7v2;

import health.salus.mapping.Mapped;
import health.salus.mapping.MappingResult;
import health.salus.mapping.Mappings;
import health.salus.mapping.Rejected;

import java.util.Optional;

/**
 * Maps one message and has it written. Doing so twice is as good as once. It runs in the database transaction that holds the
 * message.
 */
final class MessageProcessor {

    private final MessageRules rules;
    private final Feeds feeds;
    private final MessageWriter writer;
    private final MessageAudit audit;
    private final UnmappedCodes unmappedCodes;

    MessageProcessor(
            MessageRules rules, Feeds feeds, MessageWriter writer, MessageAudit audit, UnmappedCodes unmappedCodes) {
        this.rules = rules;
        this.feeds = feeds;
        this.writer = writer;
        this.audit = audit;
        this.unmappedCodes = unmappedCodes;
    }

    /** Returns the mappings by which a message is to be processed; nothing if they cannot be had any more. */
    Optional<Mappings> rules(WaitingMessage message) {
        return rules.of(message.mapping());
    }

    /** Processes a message; what is thrown is nothing that the message can cause. */
    Outcome process(WaitingMessage message, Mappings rules) {
        MappingResult result;
        try {
            result = map(message, rules);
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
        try {
            return write(message, (Mapped) result, rules.version());
        } catch (Throwable fault) {
            // Were an error let through, the worker would end while messages are still acknowledged.
            return WriteFault.outcome(fault);
        }
    }

    /**
     * Writes down that a message is put aside.
     *
     * @throws health.salus.audit.AuditUnavailableException if it could not be written down, so that it must not happen
     */
    void recordParked(WaitingMessage message) {
        audit.parked(message);
    }

    /**
     * What the sender of a message is to be told in the end, without bytes if it does not want to know.
     *
     * @param problem why a person has to look at the message; empty if all is well
     */
    byte[] answer(WaitingMessage message, String problem) {
        return Acknowledgment.outcome(feeds.of(message.feed()), message.content(), problem);
    }

    private MappingResult map(WaitingMessage message, Mappings rules) {
        return rules.map(message.content(), feeds.source(message.feed()));
    }

    private Outcome write(WaitingMessage message, Mapped mapped, String version) {
        MessageHeader header = MessageHeader.read(message.content()).orElseThrow();
        SentMessage sent =
                SentMessage.of(message, header, feeds.of(message.feed()).zone());
        MessageChanges changes = writer.changes(sent, mapped);
        Outcome outcome = writer.write(
                sent, mapped, targets -> MessageProvenance.entry(message, header, version, targets), changes);
        if (outcome instanceof Outcome.Processed processed) {
            // Before the commit: the sender was answered long ago, so nothing may take effect without its record. What
            // is rolled back after it is tried again, and recorded again.
            audit.processed(message, processed, changes.targets());
            unmappedCodes.count(message, mapped.unmappedCodes());
        }
        return outcome;
    }
}
