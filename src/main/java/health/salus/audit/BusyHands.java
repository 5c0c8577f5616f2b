package health.salus.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Notices somebody who does one kind of thing more often within a time than is usual. */
final class BusyHands implements BreachRule {

    static final String REFUSALS = "refusals";
    static final String BREAK_GLASS = "break-glass";

    private final String rule;
    private final Predicate<AuditEntry> counts;
    private final int most;
    private final Duration window;
    private final Map<String, Deque<Instant>> times = new HashMap<>();

    private BusyHands(String rule, Predicate<AuditEntry> counts, int most, Duration window) {
        this.rule = rule;
        this.counts = counts;
        this.most = most;
        this.window = window;
    }

    /** Counts refused requests and logins: somebody tries doors. */
    static BusyHands refusals(int most, Duration window) {
        return new BusyHands(REFUSALS, entry -> entry.outcome() == AuditOutcome.REFUSED, most, window);
    }

    /** Counts emergency accesses. */
    static BusyHands breakGlass(int mostPerDay) {
        return new BusyHands(
                BREAK_GLASS, entry -> entry.kind() == AuditKind.BREAK_GLASS, mostPerDay, Duration.ofDays(1));
    }

    @Override
    public Optional<Suspicion> look(NumberedEntry next) {
        AuditEntry entry = next.entry();
        if (!counts.test(entry)) {
            return Optional.empty();
        }
        Instant now = entry.recorded();
        forgetBefore(now.minus(window));
        String subject = BreachRule.subject(entry.agent());
        Deque<Instant> own =
                times.computeIfAbsent(BreachRule.tenant(entry) + "\n" + subject, key -> new ArrayDeque<>());
        own.addLast(now);
        return own.size() <= most
                ? Optional.empty()
                : Optional.of(new Suspicion(
                        rule, BreachRule.tenant(entry), subject, now.truncatedTo(ChronoUnit.HOURS), own.size()));
    }

    // Addresses of strangers come and go, so what is old goes for everybody.
    private void forgetBefore(Instant oldest) {
        times.values().forEach(own -> {
            while (!own.isEmpty() && own.peekFirst().isBefore(oldest)) {
                own.removeFirst();
            }
        });
        times.values().removeIf(Deque::isEmpty);
    }
}
