package health.salus.hl7v2;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The stored messages of a tenant, as those see and treat them who run its feeds. */
final class MessageCatalog {

    private static final String COLUMNS = """
            id, feed, state, message_type, control_id, sending_application, sending_facility, received_at, processed_at,
            reason, warnings, mapping_version, attempts, control_id_reused, edited_from, note
            """;
    private static final String LIST = "SELECT " + COLUMNS + """
            FROM salus_hl7v2_message AS message
            WHERE tenant_id = :tenant
                AND (:state::text IS NULL OR state = :state)
                AND (:feed::text IS NULL OR feed = :feed)
                AND (:controlId::text IS NULL OR control_id = :controlId)
                AND (:from::timestamptz IS NULL OR received_at >= :from)
                AND (:to::timestamptz IS NULL OR received_at < :to)
                AND (:before::bigint IS NULL OR id < :before)
                AND (:patient::text IS NULL OR id IN (
                    SELECT message_id FROM salus_hl7v2_subject
                    WHERE tenant_id = :tenant AND value = :patient
                        AND (:authority::text IS NULL OR authority = :authority)))
            ORDER BY id DESC LIMIT :limit
            """;
    private static final String REPLAY = """
            WITH replayed AS (
                UPDATE salus_hl7v2_message
                SET state = 'RECEIVED', reason = NULL, processed_at = NULL, attempts = 0, retry_at = '-infinity',
                    replay_with = :mapping
                WHERE tenant_id = :tenant AND id = :id AND state <> 'RECEIVED' RETURNING id)
            UPDATE salus_hl7v2_subject SET waiting = true FROM replayed WHERE message_id = replayed.id
            """;
    private static final String DISCARD = """
            WITH discarded AS (
                UPDATE salus_hl7v2_message SET state = 'DISCARDED', reason = :reason, second_acknowledgment = :answer
                WHERE tenant_id = :tenant AND id = :id AND state NOT IN ('PROCESSED', 'DISCARDED') RETURNING id)
            UPDATE salus_hl7v2_subject SET waiting = false FROM discarded WHERE message_id = discarded.id
            """;

    private final JdbcClient database;

    MessageCatalog(JdbcClient database) {
        this.database = database;
    }

    /** Lists messages, the last that came first. */
    List<MessageSummary> list(TenantId tenant, MessageQuery query) {
        return database.sql(LIST)
                .param("tenant", tenant.value())
                .param("state", query.state() == null ? null : query.state().name())
                .param("feed", query.feed())
                .param("controlId", query.controlId())
                .param("from", timestamp(query.from()))
                .param("to", timestamp(query.to()))
                .param("before", query.before())
                .param("patient", query.patient())
                .param("authority", query.authority())
                .param("limit", query.size())
                .query((row, number) -> summary(row))
                .list();
    }

    /** Finds one message. */
    Optional<MessageDetails> find(TenantId tenant, long id) {
        return database.sql("SELECT content, acknowledgment, " + COLUMNS
                        + " FROM salus_hl7v2_message WHERE tenant_id = :tenant AND id = :id")
                .param("tenant", tenant.value())
                .param("id", id)
                .query((row, number) ->
                        MessageDetails.of(summary(row), row.getBytes("content"), row.getBytes("acknowledgment")))
                .optional();
    }

    /**
     * Lets a message be processed again; false if it waits for that already.
     *
     * @param mapping the version of the mappings to use; null for those in force when its turn comes
     */
    boolean replay(TenantId tenant, long id, @Nullable String mapping) {
        return database.sql(REPLAY)
                        .param("mapping", mapping)
                        .param("tenant", tenant.value())
                        .param("id", id)
                        .update()
                > 0;
    }

    /**
     * Ends the processing of a message for good; false if it was processed or discarded before.
     *
     * @param answer what its sender is to be told of it, if anything
     */
    boolean discard(TenantId tenant, long id, String reason, byte[] answer) {
        return database.sql(DISCARD)
                        .param("tenant", tenant.value())
                        .param("id", id)
                        .param("reason", reason)
                        .param("answer", answer)
                        .update()
                > 0;
    }

    /** Notes which message a copy was made of, and returns the number of the copy. */
    long markEdited(TenantId tenant, long original, NewMessage copy, String note) {
        return database.sql("""
                        UPDATE salus_hl7v2_message SET edited_from = :original, note = :note
                        WHERE tenant_id = :tenant AND control_id = :controlId AND content = :content AND id > :original
                        RETURNING id
                        """)
                .param("original", original)
                .param("note", note.isEmpty() ? null : note)
                .param("tenant", tenant.value())
                .param("controlId", copy.controlId())
                .param("content", copy.content())
                .query(Long.class)
                .single();
    }

    private static MessageSummary summary(ResultSet row) throws SQLException {
        String warnings = row.getString("warnings");
        return new MessageSummary(
                row.getLong("id"),
                row.getString("feed"),
                MessageState.valueOf(row.getString("state")),
                row.getString("message_type"),
                row.getString("control_id"),
                row.getString("sending_application"),
                row.getString("sending_facility"),
                row.getTimestamp("received_at").toInstant(),
                instant(row.getTimestamp("processed_at")),
                row.getString("reason"),
                warnings == null ? List.of() : List.of(warnings.split("\n")),
                row.getString("mapping_version"),
                row.getInt("attempts"),
                row.getBoolean("control_id_reused"),
                row.getObject("edited_from", Long.class),
                row.getString("note"));
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
