package health.salus.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Notices a person who sees the records of more patients within an hour than care would ask for. */
final class PatientsPerHour implements BreachRule {

    static final String RULE = "patients-per-hour";

    private static final Duration WINDOW = Duration.ofHours(1);

    private final int most;
    private final Map<String, Map<String, Instant>> seen = new HashMap<>();

    PatientsPerHour(int most) {
        this.most = most;
    }

    @Override
    public Optional<Suspicion> look(NumberedEntry next) {
        AuditEntry entry = next.entry();
        // Programs work through whole populations, and what they may is decided when they are registered.
        if (entry.agent().user() == null || "system".equals(entry.agent().role())) {
            return Optional.empty();
        }
        Instant now = entry.recorded();
        String subject = BreachRule.subject(entry.agent());
        String key = BreachRule.tenant(entry) + "\n" + subject;
        Map<String, Instant> own = seen.computeIfAbsent(key, it -> new HashMap<>());
        entry.targets().stream()
                .filter(target -> target.use() == AuditUse.DISCLOSED)
                .flatMap(target -> target.patients().stream())
                .forEach(patient -> own.put(patient, now));
        own.values().removeIf(last -> last.isBefore(now.minus(WINDOW)));
        if (own.isEmpty()) {
            seen.remove(key);
        }
        return own.size() <= most
                ? Optional.empty()
                : Optional.of(new Suspicion(
                        RULE, BreachRule.tenant(entry), subject, now.truncatedTo(ChronoUnit.HOURS), own.size()));
    }
}
