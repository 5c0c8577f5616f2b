package health.salus.audit;

import org.springframework.dao.DataAccessResourceFailureException;

import javax.sql.DataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Notices a client that takes out data in bulk and has not done so before. */
final class NewExporter implements BreachRule {

    static final String RULE = "new-exporter";

    private static final String EXPORT = "$export";

    private final DataSource database;
    private final int knownDays;

    NewExporter(DataSource database, int knownDays) {
        this.database = database;
        this.knownDays = knownDays;
    }

    @Override
    public Optional<Suspicion> look(NumberedEntry next) {
        AuditEntry entry = next.entry();
        boolean exports = entry.event().equals(EXPORT) && entry.outcome() == AuditOutcome.SUCCESS;
        String client = entry.agent().client();
        return exports && client != null && !isKnown(client, next)
                ? Optional.of(new Suspicion(
                        RULE, BreachRule.tenant(entry), client, entry.recorded().truncatedTo(ChronoUnit.HOURS), 1))
                : Optional.empty();
    }

    private boolean isKnown(String client, NumberedEntry export) {
        String sql = """
                SELECT 1 FROM salus_audit_event
                WHERE terms @> ARRAY[?]::text[] AND seq < ? AND tenant_id IS NOT DISTINCT FROM ? AND outcome = 0
                  AND recorded_at > ?::timestamptz AND content::jsonb ->> 'event' = '$export' LIMIT 1
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, "agent:" + client);
            select.setLong(2, export.seq());
            String tenant = BreachRule.tenant(export.entry());
            select.setString(3, tenant.isEmpty() ? null : tenant);
            select.setString(
                    4,
                    export.entry().recorded().minus(knownDays, ChronoUnit.DAYS).toString());
            try (ResultSet found = select.executeQuery()) {
                return found.next();
            }
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("The trail cannot be read", e);
        }
    }
}
