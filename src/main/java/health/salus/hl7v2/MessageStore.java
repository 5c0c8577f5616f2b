package health.salus.hl7v2;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/**
 * The messages as they came, kept in {@code salus_hl7v2_message}. Every method throws Spring's
 * {@code DataAccessException} if the database cannot be reached.
 */
final class MessageStore {

    // A server may trade durability for speed; this one row must survive a power cut, for its sender will forget it.
    private static final String ADD = """
            WITH durable AS (SELECT set_config('synchronous_commit', 'on', true))
            INSERT INTO salus_hl7v2_message AS stored (
                tenant_id, feed, sending_application, sending_facility, control_id, message_type,
                content, sha256, state, reason, acknowledgment, control_id_reused)
            SELECT :tenant, :feed, :application, :facility, :controlId, :type,
                :content, :sha256, :state, :reason, :acknowledgment,
                :controlId <> '' AND EXISTS (
                    SELECT 1 FROM salus_hl7v2_message
                    WHERE tenant_id = :tenant AND feed = :feed AND sending_application = :application
                        AND sending_facility = :facility AND control_id = :controlId AND sha256 <> :sha256)
            FROM durable
            ON CONFLICT (tenant_id, feed, sending_application, sending_facility, control_id, sha256)
            DO UPDATE SET state = excluded.state, reason = NULL, acknowledgment = excluded.acknowledgment
                WHERE stored.state = 'UNSUPPORTED' AND excluded.state = 'RECEIVED'
            RETURNING id
            """;
    private static final String FIND_ACKNOWLEDGMENT = """
            SELECT acknowledgment FROM salus_hl7v2_message
            WHERE tenant_id = :tenant AND feed = :feed AND sending_application = :application
                AND sending_facility = :facility AND control_id = :controlId AND sha256 = :sha256
            """;
    private static final String NEXT = """
            SELECT id, tenant_id, feed, content FROM salus_hl7v2_message
            WHERE state = 'RECEIVED' ORDER BY id LIMIT 1
            """;
    private static final String FINISH = """
            UPDATE salus_hl7v2_message
            SET state = :state, reason = :reason, warnings = :warnings, mapping_version = :version, processed_at = now()
            WHERE id = :id
            """;

    private final JdbcClient database;
    private final TenantId tenant;
    private final String feed;

    MessageStore(JdbcClient database, TenantId tenant, String feed) {
        this.database = database;
        this.tenant = tenant;
        this.feed = feed;
    }

    /** Keeps a message; it is safe on disk when this returns. The same message again is not kept a second time. */
    Receipt add(NewMessage message) {
        byte[] digest = sha256(message.content());
        Optional<Long> added = identified(ADD, message, digest)
                .param("type", message.type())
                .param("content", message.content())
                .param("state", message.state().name())
                .param("reason", message.reason())
                .param("acknowledgment", message.acknowledgment())
                .query(Long.class)
                .optional();
        return added.isPresent()
                ? new Receipt(true, message.acknowledgment())
                : new Receipt(
                        false,
                        identified(FIND_ACKNOWLEDGMENT, message, digest)
                                .query(byte[].class)
                                .single());
    }

    /** Finds the oldest message that waits to be processed. */
    Optional<WaitingMessage> next() {
        return database.sql(NEXT)
                .query((row, number) -> new WaitingMessage(
                        row.getLong("id"),
                        new TenantId(row.getString("tenant_id")),
                        row.getString("feed"),
                        row.getBytes("content")))
                .optional();
    }

    /** Notes that a message was written, and what the mapping could not carry over. */
    void markProcessed(long id, List<String> warnings, String mappingVersion) {
        finish(id, MessageState.PROCESSED, null, warnings, mappingVersion);
    }

    /** Puts a message aside for a person to look at. */
    void park(long id, String reason, String mappingVersion) {
        finish(id, MessageState.PARKED, reason, List.of(), mappingVersion);
    }

    private void finish(
            long id, MessageState state, @Nullable String reason, List<String> warnings, String mappingVersion) {
        database.sql(FINISH)
                .param("state", state.name())
                .param("reason", reason)
                .param("warnings", warnings.isEmpty() ? null : String.join("\n", warnings))
                .param("version", mappingVersion)
                .param("id", id)
                .update();
    }

    private JdbcClient.StatementSpec identified(String sql, NewMessage message, byte[] digest) {
        return database.sql(sql)
                .param("tenant", tenant.value())
                .param("feed", feed)
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
