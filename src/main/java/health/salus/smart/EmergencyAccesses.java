package health.salus.smart;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Records that were opened in an emergency, kept in {@code salus_break_glass}; rows stay for their review. */
@Component
class EmergencyAccesses {

    private static final int MOST = 500;

    private final JdbcClient database;

    EmergencyAccesses(JdbcClient database) {
        this.database = database;
    }

    /** Opens a record for the caller for so long, at most an hour. */
    EmergencyAccess open(SmartPrincipal caller, String patient, String reason, Duration duration) {
        UUID id = UUID.randomUUID();
        database.sql("""
                        INSERT INTO salus_break_glass (id, tenant_id, subject, fhir_user, client_id, patient_id, reason,
                            expires_at)
                        VALUES (:id, :tenant, :subject, :fhirUser, :client, :patient, :reason,
                            now() + make_interval(secs => :seconds))
                        """)
                .param("id", id)
                .param("tenant", caller.tenant().value())
                .param("subject", caller.subject())
                .param("fhirUser", caller.fhirUser())
                .param("client", caller.clientId())
                .param("patient", patient)
                .param("reason", reason)
                .param("seconds", duration.toSeconds())
                .update();
        return find(caller.tenant(), id).orElseThrow();
    }

    /** Returns the patients whose records a person has open now; nothing is kept, so that it ends to the second. */
    Set<String> openTo(SmartPrincipal caller) {
        return Set.copyOf(database.sql("SELECT patient_id FROM salus_break_glass"
                        + " WHERE tenant_id = :tenant AND subject = :subject AND expires_at > now()")
                .param("tenant", caller.tenant().value())
                .param("subject", caller.subject())
                .query(String.class)
                .set());
    }

    /** Returns those of a tenant, the newest first, at most 500; only those that wait for a review if asked so. */
    List<EmergencyAccess> of(TenantId tenant, boolean onlyOpen) {
        return database.sql("SELECT * FROM salus_break_glass WHERE tenant_id = :tenant"
                        + (onlyOpen ? " AND reviewed_at IS NULL" : "") + " ORDER BY opened_at DESC LIMIT " + MOST)
                .param("tenant", tenant.value())
                .query((row, number) -> read(row))
                .list();
    }

    /** Finds one of a tenant. */
    Optional<EmergencyAccess> find(TenantId tenant, UUID id) {
        return database.sql("SELECT * FROM salus_break_glass WHERE tenant_id = :tenant AND id = :id")
                .param("tenant", tenant.value())
                .param("id", id)
                .query((row, number) -> read(row))
                .optional();
    }

    /** Notes what a reviewer found; false if somebody else was first. */
    boolean review(TenantId tenant, UUID id, String reviewer, String review) {
        return database.sql(
                                "UPDATE salus_break_glass SET reviewed_at = now(), reviewed_by = :reviewer, review = :review"
                                        + " WHERE tenant_id = :tenant AND id = :id AND reviewed_at IS NULL")
                        .param("reviewer", reviewer)
                        .param("review", review)
                        .param("tenant", tenant.value())
                        .param("id", id)
                        .update()
                == 1;
    }

    private static EmergencyAccess read(ResultSet row) throws SQLException {
        return new EmergencyAccess(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant_id")),
                row.getString("subject"),
                row.getString("fhir_user"),
                row.getString("client_id"),
                row.getString("patient_id"),
                row.getString("reason"),
                row.getTimestamp("opened_at").toInstant(),
                row.getTimestamp("expires_at").toInstant(),
                instant(row.getTimestamp("reviewed_at")),
                row.getString("reviewed_by"),
                row.getString("review"));
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
