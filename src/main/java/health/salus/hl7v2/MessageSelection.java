package health.salus.hl7v2;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import java.time.Instant;

/** Which messages a command is about, if their numbers are not given: the options of {@link MessageQuery}. */
final class MessageSelection {

    @Option(names = "--state", description = "${COMPLETION-CANDIDATES}")
    private @Nullable MessageState state;

    @Option(names = "--feed", description = "name of the feed")
    private @Nullable String feed;

    @Option(names = "--control-id", description = "MSH-10")
    private @Nullable String controlId;

    @Option(names = "--patient", description = "a patient's number as it was sent, CX-1")
    private @Nullable String patient;

    @Option(names = "--from", description = "received at this time or later: 2026-03-01T10:00:00Z")
    private @Nullable Instant from;

    @Option(names = "--to", description = "received before this time")
    private @Nullable Instant to;

    @Option(
            names = "--limit",
            description = "the last so many of them (default: ${DEFAULT-VALUE})",
            defaultValue = "100")
    private int limit;

    /** Tells whether nothing was said that narrows the choice. */
    boolean isEmpty() {
        return state == null && feed == null && controlId == null && patient == null && from == null && to == null;
    }

    MessageQuery query() {
        return new MessageQuery(state, feed, controlId, patient, null, from, to, null, limit);
    }
}
