package health.salus.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.util.List;
import java.util.Optional;

/** Finds entries. */
final class AuditSearch {

    private final JdbcClient database;

    AuditSearch(JdbcClient database) {
        this.database = database;
    }

    /** Returns the newest entries that fit, the newest first. */
    List<NumberedEntry> find(AuditQuery query, int most) {
        AuditQuery.Condition condition = query.condition();
        return database.sql("SELECT seq, content FROM salus_audit_event WHERE " + condition.sql()
                        + " ORDER BY seq DESC LIMIT " + most)
                .params(condition.values())
                .query((row, number) -> read(row.getLong("seq"), row.getString("content")))
                .list();
    }

    /** Returns how many fit. */
    int count(AuditQuery query) {
        AuditQuery.Condition condition = query.condition();
        return database.sql("SELECT count(*) FROM salus_audit_event WHERE " + condition.sql())
                .params(condition.values())
                .query(Integer.class)
                .single();
    }

    /** Returns the entry with this number if it fits. */
    Optional<NumberedEntry> find(AuditQuery query, long seq) {
        AuditQuery.Condition condition = query.condition();
        return database.sql("SELECT seq, content FROM salus_audit_event WHERE seq = " + seq + " AND " + condition.sql())
                .params(condition.values())
                .query((row, number) -> read(row.getLong("seq"), row.getString("content")))
                .optional();
    }

    private static NumberedEntry read(long seq, String content) {
        try {
            return new NumberedEntry(seq, AuditJson.read(content));
        } catch (JsonProcessingException e) {
            // The cause would quote the content.
            throw new IllegalStateException("Row " + seq + " of the audit trail is no entry");
        }
    }
}
