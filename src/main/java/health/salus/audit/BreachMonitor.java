package health.salus.audit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

import javax.sql.DataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads the trail right behind the writers, those of other servers too, checks that it is whole and looks for what is
 * suspicious. It begins a day back, so that a restart forgets nothing that the rules still count.
 */
class BreachMonitor {

    static final String CHAIN = "chain";

    private static final Logger LOG = LoggerFactory.getLogger(BreachMonitor.class);
    private static final Duration MEMORY = Duration.ofDays(1);

    private final DataSource database;
    private final AuditSecret secret;
    private final Supplier<Optional<ChainLink>> written;
    private final Consumer<Suspicion> alert;
    private final List<BreachRule> rules;
    private @Nullable ChainLink seen;

    BreachMonitor(
            DataSource database,
            AuditSecret secret,
            Supplier<Optional<ChainLink>> written,
            Consumer<Suspicion> alert,
            List<BreachRule> rules) {
        this.database = database;
        this.secret = secret;
        this.written = written;
        this.alert = alert;
        this.rules = List.copyOf(rules);
    }

    /** Looks at what was written since the last time. */
    @Scheduled(initialDelay = 2_000, fixedDelay = 2_000)
    synchronized void look() {
        Optional<ChainLink> own = written.get();
        try (Connection connection = database.getConnection()) {
            AuditRows table = new AuditRows(connection);
            requireStillThere(table, seen);
            requireStillThere(table, own.orElse(null));
            ChainLink start = seen == null ? beginning(connection, table) : seen;
            ChainVerification verification = ChainVerification.onTheWay(secret, start);
            table.forEachBehind(
                    start.seq(),
                    row -> verification
                            .check(row)
                            .ifPresent(
                                    entry -> judge(new NumberedEntry(row.link().seq(), entry))));
            verification.findings().forEach(finding -> suspect("row " + finding.seq()));
            seen = verification.last();
        } catch (SQLException | RuntimeException away) {
            LOG.warn(
                    "The audit trail cannot be watched fault={}",
                    away.getClass().getSimpleName());
        }
    }

    private void requireStillThere(AuditRows table, @Nullable ChainLink link) throws SQLException {
        if (link != null
                && link.seq() > 0
                && table.at(link.seq()).filter(link::equals).isEmpty()) {
            suspect("row " + link.seq());
            seen = null;
        }
    }

    private void suspect(String row) {
        alert.accept(new Suspicion(CHAIN, null, row, Instant.now().truncatedTo(ChronoUnit.HOURS), 1));
    }

    private void judge(NumberedEntry entry) {
        rules.forEach(rule -> rule.look(entry).ifPresent(alert));
    }

    private static ChainLink beginning(Connection connection, AuditRows table) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT seq FROM salus_audit_event WHERE recorded_at < ?::timestamptz ORDER BY seq DESC LIMIT 1")) {
            select.setString(1, Instant.now().minus(MEMORY).toString());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? table.at(row.getLong(1)).orElse(ChainLink.START) : ChainLink.START;
            }
        }
    }
}
