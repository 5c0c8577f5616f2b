package health.salus.audit;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What somebody looks for in the trail.
 *
 * @param tenant     whose trail
 * @param withNobody whether to include what belongs to no tenant, such as logins that failed
 * @param terms      groups of words; of each group an entry must have one
 * @param from       not before this time, or null
 * @param until      not after this time, or null
 * @param outcomes   codes of outcomes, empty for any
 * @param before     only rows before this number, or null
 */
record AuditQuery(
        String tenant,
        boolean withNobody,
        List<List<String>> terms,
        @Nullable Instant from,
        @Nullable Instant until,
        List<Integer> outcomes,
        @Nullable Long before) {

    /** Returns the same question about what came before another entry, or before none. */
    AuditQuery before(@Nullable Long entry) {
        return new AuditQuery(tenant, withNobody, terms, from, until, outcomes, entry);
    }

    /** Returns the condition for a WHERE with its parameters. */
    Condition condition() {
        Map<String, Object> values = new HashMap<>();
        List<String> parts = new ArrayList<>();
        parts.add(withNobody ? "(tenant_id = :tenant OR tenant_id IS NULL)" : "tenant_id = :tenant");
        values.put("tenant", tenant);
        for (int group = 0; group < terms.size(); group++) {
            parts.add("terms && :terms" + group + "::text[]");
            values.put("terms" + group, terms.get(group).toArray(String[]::new));
        }
        add(parts, values, "recorded_at >= :from::timestamptz", "from", from == null ? null : from.toString());
        add(parts, values, "recorded_at <= :until::timestamptz", "until", until == null ? null : until.toString());
        add(parts, values, "seq < :before", "before", before);
        if (!outcomes.isEmpty()) {
            parts.add("outcome IN (:outcomes)");
            values.put("outcomes", outcomes);
        }
        return new Condition(String.join(" AND ", parts), values);
    }

    private static void add(
            List<String> parts, Map<String, Object> values, String part, String name, @Nullable Object value) {
        if (value != null) {
            parts.add(part);
            values.put(name, value);
        }
    }

    /**
     * A piece of SQL.
     *
     * @param sql    with named parameters
     * @param values their values
     */
    record Condition(String sql, Map<String, Object> values) {}
}
