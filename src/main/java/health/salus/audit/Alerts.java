package health.salus.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What somebody ought to look at: rows, and with each new one a metric, a line in the log and a call to a webhook. */
final class Alerts {

    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST = 500;
    private static final String OF_TENANT =
            " FROM salus_alert WHERE (tenant_id = :tenant OR (tenant_id IS NULL AND :tenant = 'default'))";

    private final JdbcClient database;
    private final MeterRegistry meters;
    private final @Nullable URI webhook;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    Alerts(JdbcClient database, MeterRegistry meters, @Nullable URI webhook) {
        this.database = database;
        this.meters = meters;
        this.webhook = webhook;
    }

    /** Raises an alert, unless this or another server has raised the same one in this window. */
    void raise(Suspicion suspicion) {
        UUID id = UUID.randomUUID();
        String tenant = suspicion.tenant() == null || suspicion.tenant().isEmpty() ? null : suspicion.tenant();
        int added = database.sql("""
                        INSERT INTO salus_alert (id, rule, tenant_id, subject, window_start, count)
                        VALUES (:id, :rule, :tenant, :subject, :window, :count) ON CONFLICT DO NOTHING
                        """)
                .param("id", id)
                .param("rule", suspicion.rule())
                .param("tenant", tenant)
                .param("subject", suspicion.subject())
                .param("window", Timestamp.from(suspicion.window()))
                .param("count", suspicion.count())
                .update();
        if (added == 1) {
            meters.counter("salus.audit.alerts", "rule", suspicion.rule()).increment();
            // Not the subject: it may be a patient, and the row has it.
            LOG.warn("Alert id={} rule={} tenant={} count={}", id, suspicion.rule(), tenant, suspicion.count());
            call(id, suspicion.rule(), tenant, suspicion.count());
        }
    }

    /** Returns the alerts of a tenant, the newest first, at most 500; the default tenant has those about the server too. */
    List<Alert> find(String tenant, boolean onlyOpen) {
        return database.sql("SELECT *" + OF_TENANT + (onlyOpen ? " AND acknowledged_at IS NULL" : "")
                        + " ORDER BY raised_at DESC LIMIT " + MOST)
                .param("tenant", tenant)
                .query((row, number) -> read(row))
                .list();
    }

    /** Notes who has seen an alert of this tenant; the first one counts. Returns it, or nothing if there is none. */
    Optional<Alert> acknowledge(String tenant, UUID id, String person) {
        database.sql("UPDATE salus_alert SET acknowledged_at = now(), acknowledged_by = :person"
                        + " WHERE acknowledged_at IS NULL AND id IN (SELECT id" + OF_TENANT + " AND id = :id)")
                .param("tenant", tenant)
                .param("id", id)
                .param("person", person)
                .update();
        return database.sql("SELECT *" + OF_TENANT + " AND id = :id")
                .param("tenant", tenant)
                .param("id", id)
                .query((row, number) -> read(row))
                .optional();
    }

    private void call(UUID id, String rule, @Nullable String tenant, int count) {
        if (webhook == null) {
            return;
        }
        try {
            String body = new ObjectMapper()
                    .writeValueAsString(Map.of(
                            "id", id.toString(), "rule", rule, "tenant", tenant == null ? "" : tenant, "count", count));
            HttpRequest request = HttpRequest.newBuilder(webhook)
                    .timeout(PATIENCE)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build();
            http.sendAsync(request, BodyHandlers.discarding()).whenComplete((answer, failure) -> {
                if (failure != null || answer.statusCode() >= 300) {
                    LOG.warn("The webhook did not take the alert id={}", id);
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Alert read(ResultSet row) throws SQLException {
        return new Alert(
                row.getObject("id", UUID.class),
                row.getString("rule"),
                row.getString("tenant_id"),
                row.getString("subject"),
                row.getInt("count"),
                row.getTimestamp("raised_at").toInstant(),
                instant(row.getTimestamp("acknowledged_at")),
                row.getString("acknowledged_by"));
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
