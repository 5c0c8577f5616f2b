package health.salus.audit;

import java.util.Optional;

/** Every emergency access is looked at by somebody, also the first of a day. */
final class EachEmergency implements BreachRule {

    static final String RULE = "emergency-access";

    @Override
    public Optional<Suspicion> look(NumberedEntry next) {
        AuditEntry entry = next.entry();
        boolean opened = entry.kind() == AuditKind.BREAK_GLASS && entry.outcome() == AuditOutcome.SUCCESS;
        return opened
                ? Optional.of(new Suspicion(
                        RULE, BreachRule.tenant(entry), BreachRule.subject(entry.agent()), entry.recorded(), 1))
                : Optional.empty();
    }
}
