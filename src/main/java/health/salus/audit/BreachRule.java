package health.salus.audit;

import java.util.Optional;

/** Watches the trail go by, entry by entry in its order, for one kind of suspicious behaviour. */
interface BreachRule {

    /** Looks at the next entry; returns what is suspicious now that it has happened. */
    Optional<Suspicion> look(NumberedEntry next);

    /** Returns who is behind an entry: the person, else the program, else the address. */
    static String subject(AuditAgent agent) {
        if (agent.user() != null) {
            return agent.user();
        }
        if (agent.client() != null) {
            return agent.client();
        }
        return agent.address() == null ? "unknown" : agent.address();
    }

    /** Returns the id of the tenant of an entry, or an empty text. */
    static String tenant(AuditEntry entry) {
        return entry.tenant() == null ? "" : entry.tenant().value();
    }
}
