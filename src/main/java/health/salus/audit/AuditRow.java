package health.salus.audit;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.TreeSet;

/**
 * An entry with what the database finds it by. All of it follows from the content, which is what counts.
 *
 * @param tenant   id of the tenant, or null
 * @param recorded when
 * @param outcome  code of the outcome
 * @param terms    words that a search looks for, in order and each once, with line breaks between
 * @param content  the entry as JSON
 */
record AuditRow(@Nullable String tenant, Instant recorded, int outcome, String terms, String content) {

    private static final String BREAK = "\n";
    // An index entry has its limits, and a foreign issuer may name people as it likes.
    private static final int LONGEST_TERM = 255;

    static AuditRow of(AuditEntry entry) {
        return of(entry, AuditJson.write(entry));
    }

    /** Returns the row that this entry makes when it is written as this text. */
    static AuditRow of(AuditEntry entry, String content) {
        TreeSet<String> terms = new TreeSet<>();
        AuditAgent agent = entry.agent();
        add(terms, "agent:", agent.user());
        add(terms, "agent:", agent.client());
        add(terms, "agent:", agent.fhirUser());
        entry.targets().forEach(target -> {
            add(terms, "entity:", target.reference());
            target.patients().forEach(patient -> add(terms, "patient:", patient));
        });
        String tenant = entry.tenant() == null ? null : entry.tenant().value();
        return new AuditRow(tenant, entry.recorded(), entry.outcome().code(), String.join(BREAK, terms), content);
    }

    private static void add(TreeSet<String> terms, String prefix, @Nullable String word) {
        if (word != null) {
            String clean = word.replace('\n', ' ').replace("\0", "");
            terms.add(prefix + clean.substring(0, Math.min(clean.length(), LONGEST_TERM)));
        }
    }
}
