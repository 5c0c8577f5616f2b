package health.salus.hl7v2;

import health.salus.audit.AuditAgent;
import health.salus.audit.AuditEntry;
import health.salus.audit.AuditKind;
import health.salus.audit.AuditOutcome;
import health.salus.audit.AuditTarget;
import health.salus.audit.AuditTrail;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Writes down what became of each message. */
final class MessageAudit {

    private static final Pattern TYPE = Pattern.compile("[A-Z0-9]{3}\\^[A-Z0-9]{3}");

    private final AuditTrail trail;

    MessageAudit(AuditTrail trail) {
        this.trail = trail;
    }

    /** Writes down that a message was processed, wholly or in part, and what it changed. */
    void processed(WaitingMessage message, Outcome.Processed outcome, List<AuditTarget> targets) {
        String reason = outcome.state() == MessageState.PROCESSED
                ? ""
                : outcome.state().name().toLowerCase(Locale.ROOT);
        record(message, AuditOutcome.SUCCESS, reason, targets);
    }

    /** Writes down that a message was put aside and changed nothing. */
    void parked(WaitingMessage message) {
        record(message, AuditOutcome.REFUSED, "parked", List.of());
    }

    private void record(WaitingMessage message, AuditOutcome outcome, String reason, List<AuditTarget> targets) {
        trail.record(AuditEntry.of(
                message.tenant(),
                AuditKind.MESSAGE,
                type(message),
                outcome,
                reason,
                AuditAgent.program("hl7v2:" + message.feed()),
                String.valueOf(message.id()),
                targets));
    }

    /** What is no message type is not repeated: it may be anything that stood in its place. */
    private static String type(WaitingMessage message) {
        return MessageHeader.read(message.content())
                .map(header -> header.code() + "^" + header.event())
                .filter(type -> TYPE.matcher(type).matches())
                .orElse("message");
    }
}
