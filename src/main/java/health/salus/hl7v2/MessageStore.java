package health.salus.hl7v2;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The messages as they came, kept in {@code salus_hl7v2_message}. Every method throws Spring's
 * {@code DataAccessException} if the database cannot be reached.
 */
final class MessageStore {

    // A server may trade durability for speed; this one row must survive a power cut, for its sender will forget it.
    private static final String ADD = """
            WITH durable AS (SELECT set_config('synchronous_commit', 'on', true)),
            added AS (
                INSERT INTO salus_hl7v2_message AS stored (
                    tenant_id, feed, sending_application, sending_facility, control_id, message_type,
                    content, sha256, state, reason, acknowledgment, second_acknowledgment, control_id_reused)
                SELECT :tenant, :feed, :application, :facility, :controlId, :type,
                    :content, :sha256, :state, :reason, :first, :second,
                    :controlId <> '' AND EXISTS (
                        SELECT 1 FROM salus_hl7v2_message
                        WHERE tenant_id = :tenant AND feed = :feed AND sending_application = :application
                            AND sending_facility = :facility AND control_id = :controlId AND sha256 <> :sha256)
                FROM durable
                ON CONFLICT (tenant_id, feed, sending_application, sending_facility, control_id, sha256)
                DO UPDATE SET state = excluded.state, reason = NULL, acknowledgment = excluded.acknowledgment,
                        second_acknowledgment = excluded.second_acknowledgment
                    WHERE stored.state = 'UNSUPPORTED' AND excluded.state = 'RECEIVED'
                RETURNING id, state),
            subjects AS (
                INSERT INTO salus_hl7v2_subject (message_id, tenant_id, authority, value, waiting)
                SELECT id, :tenant, authority, value, state = 'RECEIVED'
                FROM added, unnest(:authorities, :values) AS subject (authority, value)
                ON CONFLICT (message_id, authority, value) DO UPDATE SET waiting = excluded.waiting)
            SELECT id FROM added
            """;
    private static final String FIND_ACKNOWLEDGMENT = """
            SELECT id, state, acknowledgment, second_acknowledgment FROM salus_hl7v2_message
            WHERE tenant_id = :tenant AND feed = :feed AND sending_application = :application
                AND sending_facility = :facility AND control_id = :controlId AND sha256 = :sha256
            """;
    // The lock on the row is the claim: it ends with the transaction, also when the server is killed. A message is
    // passed
    // over while an earlier one about the same patient waits, whoever works on that.
    private static final String CLAIM = """
            SELECT id, tenant_id, feed, content, received_at, attempts, replay_with FROM salus_hl7v2_message AS message
            WHERE state = 'RECEIVED' AND retry_at <= now() AND id <> ALL (:busy)
                AND tenant_id NOT IN (SELECT id FROM salus_tenant WHERE disabled_at IS NOT NULL)
                AND NOT EXISTS (
                SELECT 1 FROM salus_hl7v2_subject AS own
                JOIN salus_hl7v2_subject AS earlier USING (tenant_id, authority, value)
                WHERE own.message_id = message.id AND earlier.message_id < message.id AND earlier.waiting)
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
            """;
    private static final String FINISH = """
            WITH finished AS (
                UPDATE salus_hl7v2_message
                SET state = :state, reason = :reason, warnings = :warnings, mapping_version = :version,
                    processed_at = now(), second_acknowledgment = :answer
                WHERE id = :id AND state = 'RECEIVED' RETURNING id)
            UPDATE salus_hl7v2_subject SET waiting = false FROM finished WHERE message_id = finished.id
            """;
    private static final String POSTPONE = """
            UPDATE salus_hl7v2_message
            SET attempts = attempts + :count, retry_at = now() + make_interval(secs => :seconds)
            WHERE id = :id AND state = 'RECEIVED'
            """;

    private static final String DELETE_DONE = """
            DELETE FROM salus_hl7v2_message WHERE id IN (
                SELECT id FROM salus_hl7v2_message
                WHERE received_at < :before AND state IN ('PROCESSED', 'DISCARDED')
                ORDER BY received_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
            """;

    private final JdbcClient database;

    MessageStore(JdbcClient database) {
        this.database = database;
    }

    /** Keeps a message; it is safe on disk when this returns. The same message again is not kept a second time. */
    Receipt add(MessageFeed feed, NewMessage message) {
        byte[] digest = sha256(message.content());
        List<PatientKey> subjects = message.subjects();
        Optional<Long> added = identified(ADD, feed, message, digest)
                .param("type", message.type())
                .param("content", message.content())
                .param("state", message.state().name())
                .param("reason", message.reason())
                .param("first", message.reply().first())
                .param("second", message.reply().second())
                .param(
                        "authorities",
                        subjects.stream().map(PatientKey::authority).toArray(String[]::new))
                .param("values", subjects.stream().map(PatientKey::value).toArray(String[]::new))
                .query(Long.class)
                .optional();
        if (added.isEmpty()) {
            return identified(FIND_ACKNOWLEDGMENT, feed, message, digest)
                    .query((row, number) -> receipt(row))
                    .single();
        }
        boolean waiting = message.state() == MessageState.RECEIVED;
        return new Receipt(true, message.reply(), waiting ? OptionalLong.of(added.get()) : OptionalLong.empty());
    }

    private static Receipt receipt(ResultSet row) throws SQLException {
        Reply first = Reply.of(row.getBytes("acknowledgment")).with(row.getBytes("second_acknowledgment"));
        boolean waiting = row.getString("state").equals(MessageState.RECEIVED.name());
        return new Receipt(false, first, waiting ? OptionalLong.of(row.getLong("id")) : OptionalLong.empty());
    }

    /**
     * Finds what the senders of messages that are done are to be told in the end.
     *
     * @return the second answers by the numbers of their messages; without bytes where the sender does not want to know
     */
    Map<Long, byte[]> outcomes(Collection<Long> messages) {
        Map<Long, byte[]> outcomes = new HashMap<>();
        database.sql("""
                        SELECT id, second_acknowledgment FROM salus_hl7v2_message
                        WHERE id = ANY (:ids) AND state <> 'RECEIVED'
                        """).param("ids", messages.toArray(Long[]::new)).query(row -> {
            outcomes.put(row.getLong("id"), row.getBytes("second_acknowledgment"));
        });
        return outcomes;
    }

    /**
     * Takes the oldest message that waits, is due and whose patients no earlier message waits for. It is taken until the
     * transaction that this runs in ends.
     *
     * @param busy messages that this process has still to note something about, after it gave them up
     */
    Optional<WaitingMessage> claim(Collection<Long> busy) {
        return database.sql(CLAIM)
                .param("busy", busy.toArray(Long[]::new))
                .query((row, number) -> new WaitingMessage(
                        row.getLong("id"),
                        new TenantId(row.getString("tenant_id")),
                        row.getString("feed"),
                        row.getBytes("content"),
                        row.getTimestamp("received_at").toInstant(),
                        row.getInt("attempts"),
                        row.getString("replay_with")))
                .optional();
    }

    /**
     * Notes that a message was written, and what of it could not be carried over.
     *
     * @param answer what its sender is to be told of it, if anything
     */
    void markProcessed(long id, Outcome.Processed outcome, String mappingVersion, byte[] answer) {
        String refusals = outcome.refusals().isEmpty() ? null : String.join("\n", outcome.refusals());
        finish(id, outcome.state(), refusals, outcome.warnings(), mappingVersion, answer);
    }

    /** Puts a message aside for a person to look at. */
    void park(long id, String reason, String mappingVersion, byte[] answer) {
        finish(id, MessageState.PARKED, reason, List.of(), mappingVersion, answer);
    }

    /** Lets a message, and those of its patients behind it, wait for a while; a counted attempt is one of a few. */
    void postpone(long id, Duration delay, boolean counted) {
        database.sql(POSTPONE)
                .param("count", counted ? 1 : 0)
                .param("seconds", delay.toMillis() / 1000.0)
                .param("id", id)
                .update();
    }

    /** Counts the messages that wait to be processed; those of disabled tenants wait for something else. */
    long countWaiting() {
        return database.sql("""
                        SELECT count(*) FROM salus_hl7v2_message WHERE state = 'RECEIVED'
                            AND tenant_id NOT IN (SELECT id FROM salus_tenant WHERE disabled_at IS NOT NULL)
                        """).query(Long.class).single();
    }

    /**
     * Deletes messages that are done and came before a time, a thousand at a time; those that need a person stay.
     *
     * @return how many were deleted
     */
    int deleteDone(Instant before) {
        int all = 0;
        int deleted;
        do {
            deleted = database.sql(DELETE_DONE)
                    .param("before", Timestamp.from(before))
                    .update();
            all += deleted;
        } while (deleted > 0);
        return all;
    }

    private void finish(
            long id,
            MessageState state,
            @Nullable String reason,
            List<String> warnings,
            String mappingVersion,
            byte[] answer) {
        database.sql(FINISH)
                .param("state", state.name())
                .param("reason", reason)
                .param("warnings", warnings.isEmpty() ? null : String.join("\n", warnings))
                .param("version", mappingVersion)
                .param("answer", answer)
                .param("id", id)
                .update();
    }

    private JdbcClient.StatementSpec identified(String sql, MessageFeed feed, NewMessage message, byte[] digest) {
        return database.sql(sql)
                .param("tenant", feed.tenant().value())
                .param("feed", feed.name())
                .param("application", message.sendingApplication())
                .param("facility", message.sendingFacility())
                .param("controlId", message.controlId())
                .param("sha256", digest);
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform has SHA-256", missing);
        }
    }
}
