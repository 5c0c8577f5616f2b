package health.salus.hl7v2;

import health.salus.tenant.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.Timestamp;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which message each resource was last written from, kept in {@code salus_hl7v2_written}. Resources are named as in a
 * reference, {@code Observation/<id>}.
 */
final class WrittenResources {

    private static final String FIND = """
            SELECT resource_type || '/' || resource_id AS reference, message_id, sent_at FROM salus_hl7v2_written
            WHERE tenant_id = :tenant AND (resource_type, resource_id) IN (
                SELECT split_part(name, '/', 1), split_part(name, '/', 2) FROM unnest(:references) AS name)
            """;
    // Sorted, so that two transactions that write the same resources wait for each other instead of being stuck.
    private static final String NOTE = """
            INSERT INTO salus_hl7v2_written (tenant_id, resource_type, resource_id, message_id, sent_at)
            SELECT :tenant, split_part(name, '/', 1), split_part(name, '/', 2), :message, :sentAt
            FROM unnest(:references) AS name ORDER BY name
            ON CONFLICT (tenant_id, resource_type, resource_id)
            DO UPDATE SET message_id = excluded.message_id, sent_at = excluded.sent_at
                WHERE salus_hl7v2_written.message_id <> excluded.message_id
            """;

    private final JdbcClient database;

    WrittenResources(JdbcClient database) {
        this.database = database;
    }

    /** Finds the last message of each of these resources that came from one. */
    Map<String, WrittenFrom> find(TenantId tenant, Collection<String> references) {
        if (references.isEmpty()) {
            return Map.of();
        }
        Map<String, WrittenFrom> found = new HashMap<>();
        List<Map.Entry<String, WrittenFrom>> rows = database.sql(FIND)
                .param("tenant", tenant.value())
                .param("references", references.toArray(String[]::new))
                .query((row, number) -> Map.entry(
                        row.getString("reference"),
                        new WrittenFrom(
                                row.getLong("message_id"),
                                row.getTimestamp("sent_at").toInstant())))
                .list();
        rows.forEach(row -> found.put(row.getKey(), row.getValue()));
        return found;
    }

    /** Notes that these resources say what the message says. */
    void note(SentMessage message, Set<String> references) {
        if (references.isEmpty()) {
            return;
        }
        database.sql(NOTE)
                .param("tenant", message.tenant().value())
                .param("references", references.toArray(String[]::new))
                .param("message", message.id())
                .param("sentAt", Timestamp.from(message.sentAt()))
                .update();
    }
}
