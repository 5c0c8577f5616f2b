package health.salus.appstate;

import ca.uhn.fhir.context.FhirContext;
import health.salus.smart.SmartPrincipal;
import org.hl7.fhir.r4.model.Basic;
import org.hl7.fhir.r4.model.Coding;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/**
 * What apps keep, in {@code salus_app_state}. Every statement names the tenant and the app of the caller: there is no way from
 * one app to what another one keeps.
 */
@Component
class AppStates {

    private static final String OF_CALLER = " tenant_id = :tenant AND client_id = :client";

    private final JdbcClient database;

    AppStates(JdbcClient database) {
        this.database = database;
    }

    /** Finds a state of the caller's app. */
    Optional<AppState> find(SmartPrincipal caller, UUID id) {
        return database.sql("SELECT * FROM salus_app_state WHERE id = :id AND" + OF_CALLER)
                .param("id", id)
                .param("tenant", caller.tenant().value())
                .param("client", caller.clientId())
                .query((row, number) -> state(row))
                .optional();
    }

    /** Finds the state of the caller's app under a code and a subject; there is one at most. */
    Optional<AppState> find(SmartPrincipal caller, @Nullable String subject, Coding coding) {
        return database.sql("SELECT * FROM salus_app_state WHERE" + OF_CALLER
                        + " AND coalesce(subject, '') = coalesce(:subject, '')"
                        + " AND code_system = :system AND code = :code")
                .param("tenant", caller.tenant().value())
                .param("client", caller.clientId())
                .param("subject", subject)
                .param("system", coding.getSystem())
                .param("code", coding.getCode())
                .query((row, number) -> state(row))
                .optional();
    }

    /** Counts what the caller's app keeps about a subject. */
    long count(SmartPrincipal caller, @Nullable String subject) {
        return database.sql("SELECT count(*) FROM salus_app_state WHERE" + OF_CALLER
                        + " AND coalesce(subject, '') = coalesce(:subject, '')")
                .param("tenant", caller.tenant().value())
                .param("client", caller.clientId())
                .param("subject", subject)
                .query(Long.class)
                .single();
    }

    /** Keeps something new; returns nothing if there is a state of this code and subject already. */
    Optional<AppState> create(SmartPrincipal caller, AppStateBody body) {
        return database.sql("""
                        INSERT INTO salus_app_state (id, tenant_id, client_id, subject, code_system, code, content)
                        VALUES (:id, :tenant, :client, :subject, :system, :code, :content)
                        ON CONFLICT DO NOTHING RETURNING *
                        """)
                .param("id", UUID.randomUUID())
                .param("tenant", caller.tenant().value())
                .param("client", caller.clientId())
                .param("subject", body.subject())
                .param("system", body.coding().getSystem())
                .param("code", body.coding().getCode())
                .param("content", json(body.content()))
                .query((row, number) -> state(row))
                .optional();
    }

    /** Replaces what is kept, if it is in the version that the caller has seen; returns nothing if it is not. */
    Optional<AppState> update(SmartPrincipal caller, AppState seen, Basic content) {
        return database.sql("UPDATE salus_app_state SET content = :content, version = version + 1, changed_at = now()"
                        + " WHERE id = :id AND version = :version AND" + OF_CALLER + " RETURNING *")
                .param("content", json(content))
                .param("id", seen.id())
                .param("version", seen.version())
                .param("tenant", caller.tenant().value())
                .param("client", caller.clientId())
                .query((row, number) -> state(row))
                .optional();
    }

    /** Forgets a state, if it is in the version that the caller has seen; returns false if it is not. */
    boolean delete(SmartPrincipal caller, AppState seen) {
        return database.sql("DELETE FROM salus_app_state WHERE id = :id AND version = :version AND" + OF_CALLER)
                        .param("id", seen.id())
                        .param("version", seen.version())
                        .param("tenant", caller.tenant().value())
                        .param("client", caller.clientId())
                        .update()
                == 1;
    }

    private static String json(Basic content) {
        return FhirContext.forR4Cached().newJsonParser().encodeResourceToString(content);
    }

    private static AppState state(ResultSet row) throws SQLException {
        return new AppState(
                row.getObject("id", UUID.class),
                row.getLong("version"),
                row.getTimestamp("changed_at").toInstant(),
                row.getString("subject"),
                row.getString("code_system"),
                row.getString("code"),
                FhirContext.forR4Cached().newJsonParser().parseResource(Basic.class, row.getString("content")));
    }
}
