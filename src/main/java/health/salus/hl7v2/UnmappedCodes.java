package health.salus.hl7v2;

import health.salus.mapping.UnmappedCode;
import health.salus.tenant.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** The local codes that no concept map translates, counted in {@code salus_hl7v2_unmapped_code}. */
final class UnmappedCodes {

    private static final int LONGEST = 200;

    // The rows are locked in one order, so that two messages with the same codes cannot wait for each other.
    private static final String COUNT = """
            WITH counted AS (
                UPDATE salus_hl7v2_message SET codes_counted = true WHERE id = :id AND NOT codes_counted RETURNING id)
            INSERT INTO salus_hl7v2_unmapped_code AS known (
                tenant_id, feed, system, code, name, occurrences, first_seen, last_seen, message_id)
            SELECT :tenant, :feed, system, code, max(name), sum(occurrences), :seen, :seen, counted.id
            FROM counted, unnest(:systems, :codes, :names, :counts) AS unmapped (system, code, name, occurrences)
            GROUP BY system, code, counted.id ORDER BY system, code
            ON CONFLICT (tenant_id, feed, system, code) DO UPDATE
            SET occurrences = known.occurrences + excluded.occurrences,
                name = CASE WHEN excluded.name = '' THEN known.name ELSE excluded.name END,
                first_seen = least(known.first_seen, excluded.first_seen),
                last_seen = greatest(known.last_seen, excluded.last_seen),
                message_id = excluded.message_id
            """;
    private static final String LIST = """
            SELECT feed, system, code, name, occurrences, first_seen, last_seen, message_id
            FROM salus_hl7v2_unmapped_code
            WHERE tenant_id = :tenant AND (:feed::text IS NULL OR feed = :feed)
                AND (:since::timestamptz IS NULL OR last_seen >= :since)
            ORDER BY occurrences DESC, feed, system, code LIMIT :limit
            """;

    private final JdbcClient database;

    UnmappedCodes(JdbcClient database) {
        this.database = database;
    }

    /**
     * Counts the codes of a message, once however often it is processed. It belongs to the end of the transaction that
     * writes the message: until that ends, others with the same codes wait.
     */
    void count(WaitingMessage message, List<UnmappedCode> codes) {
        if (codes.isEmpty()) {
            return;
        }
        database.sql(COUNT)
                .param("id", message.id())
                .param("tenant", message.tenant().value())
                .param("feed", message.feed())
                .param("seen", Timestamp.from(message.receivedAt()))
                .param("systems", texts(codes, UnmappedCode::system))
                .param("codes", texts(codes, UnmappedCode::code))
                .param("names", texts(codes, UnmappedCode::display))
                .param("counts", codes.stream().map(UnmappedCode::count).toArray(Integer[]::new))
                .update();
    }

    /** Lists the codes of a tenant, the most frequent first. */
    List<UnmappedCodeCount> list(TenantId tenant, UnmappedCodeQuery query) {
        return database.sql(LIST)
                .param("tenant", tenant.value())
                .param("feed", query.feed())
                .param("since", query.since() == null ? null : Timestamp.from(query.since()))
                .param("limit", query.size())
                .query((row, number) -> new UnmappedCodeCount(
                        row.getString("feed"),
                        row.getString("system"),
                        row.getString("code"),
                        row.getString("name"),
                        row.getLong("occurrences"),
                        row.getTimestamp("first_seen").toInstant(),
                        row.getTimestamp("last_seen").toInstant(),
                        row.getLong("message_id")))
                .list();
    }

    /**
     * Forgets the codes that were last seen before a time: their messages are gone as well.
     *
     * @return how many there were
     */
    int deleteUnseenSince(Instant time) {
        return database.sql("DELETE FROM salus_hl7v2_unmapped_code WHERE last_seen < :time")
                .param("time", Timestamp.from(time))
                .update();
    }

    private static String[] texts(List<UnmappedCode> codes, Function<UnmappedCode, String> part) {
        return codes.stream()
                .map(part)
                .map(text -> text.length() <= LONGEST ? text : text.substring(0, LONGEST))
                .toArray(String[]::new);
    }
}
