package health.salus.hl7v2;

import health.salus.fhir.ResourceWriter;
import health.salus.fhir.WriteOrigin;
import health.salus.mapping.Feed;
import health.salus.mapping.Mapped;
import health.salus.mapping.MappingResult;
import health.salus.mapping.Mappings;
import health.salus.mapping.Rejected;
import org.hl7.fhir.r4.model.Bundle;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Maps one message, holds the result against what the store has, and writes what is new. Doing so twice is as good as once.
 * It runs in the database transaction that holds the message.
 */
final class MessageProcessor {

    private final Mappings mappings;
    private final Feeds feeds;
    private final TransactionPlanner planner;
    private final ResourceWriter writer;
    private final WrittenResources written;

    MessageProcessor(
            Mappings mappings,
            Feeds feeds,
            TransactionPlanner planner,
            ResourceWriter writer,
            WrittenResources written) {
        this.mappings = mappings;
        this.feeds = feeds;
        this.planner = planner;
        this.writer = writer;
        this.written = written;
    }

    /** Processes a message; what is thrown is nothing that the message can cause. */
    Outcome process(WaitingMessage message) {
        MappingResult result;
        try {
            result = map(message);
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
            return write(message, (Mapped) result);
        } catch (Throwable fault) {
            // Were an error let through, the worker would end while messages are still acknowledged.
            return WriteFault.outcome(fault);
        }
    }

    String mappingVersion() {
        return mappings.version();
    }

    private MappingResult map(WaitingMessage message) {
        MessageFeed feed = feeds.of(message.feed());
        return mappings.map(content(message, feed), new Feed(message.feed(), feed.zone()));
    }

    /** The mapping takes what is valid UTF-8 for UTF-8, so a feed whose character set is known is told by that. */
    private static byte[] content(WaitingMessage message, MessageFeed feed) {
        return feed.charset()
                .map(charset -> new String(message.content(), charset).getBytes(StandardCharsets.UTF_8))
                .orElse(message.content());
    }

    private Outcome write(WaitingMessage message, Mapped mapped) {
        MessageHeader header = MessageHeader.read(message.content()).orElseThrow();
        ZoneId zone = feeds.of(message.feed()).zone();
        Instant sentAt = SentTime.of(header, zone).orElse(message.receivedAt());
        SentMessage sent = new SentMessage(message.id(), message.tenant(), message.feed(), sentAt);
        TransactionPlan plan = planner.plan(sent, mapped.transaction(), Map.of());
        if (plan.isRefused()) {
            return new Outcome.Parked(String.join("\n", plan.refusals()));
        }
        plan.transaction()
                .addEntry(MessageProvenance.entry(message, header, mappings.version(), plan.targetReferences()));
        Bundle response =
                writer.transaction(new WriteOrigin(message.tenant(), "hl7v2:" + message.feed()), plan.transaction());
        written.note(sent, plan.written(response));
        return new Outcome.Processed(
                Stream.concat(mapped.warnings().stream(), plan.notes().stream()).toList(), plan.refusals());
    }
}
