package health.salus.audit;

import java.util.List;
import java.util.Set;

/** Entries to tell apart by one word. */
final class TrailEntry {

    private TrailEntry() {}

    static AuditEntry named(String event) {
        return AuditEntry.of(
                null,
                AuditKind.COMMAND,
                event,
                AuditOutcome.SUCCESS,
                "",
                AuditAgent.program("test"),
                event,
                List.of(new AuditTarget("Patient", event, "1", AuditUse.UPDATED, Set.of(event))));
    }
}
