package health.salus.bulk;

import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Finds a moment up to which nothing will be written any more.
 *
 * <p>HAPI writes into a version the time at which the request began, and commits later. An export that took "now" would miss
 * what is on its way with an earlier time, and the next one, with {@code _since}, would miss it too. So it is waited for, or
 * if that takes long, the moment moves back before the oldest transaction under way.
 */
final class SnapshotTime {

    /** How long a request may take from noting its time to the first statement of its transaction. */
    private static final Duration GAP = Duration.ofSeconds(1);

    private static final Duration STEP = Duration.ofMillis(100);

    private final Duration longest;

    /** @param longest how long it waits */
    SnapshotTime(Duration longest) {
        this.longest = longest;
    }

    /** Returns the moment to the millisecond, as HAPI keeps times. */
    Instant settle(LockedJob job) throws SQLException, InterruptedException {
        Instant wanted = bound(job).now();
        while (true) {
            Bound bound = bound(job);
            if (!bound.settled().isBefore(wanted)) {
                return wanted.truncatedTo(ChronoUnit.MILLIS);
            }
            if (Duration.between(wanted, bound.now()).compareTo(longest) > 0) {
                return bound.settled().truncatedTo(ChronoUnit.MILLIS);
            }
            Thread.sleep(STEP.toMillis());
        }
    }

    private static Bound bound(LockedJob job) throws SQLException {
        JdbcClient database = job.database();
        return job.inTransaction(() -> database.sql("""
                        SELECT clock_timestamp() AS now, min(xact_start) AS oldest
                          FROM pg_stat_activity
                         WHERE datname = current_database() AND backend_type = 'client backend'
                           AND pid <> pg_backend_pid() AND application_name <> :own
                        """)
                .param("own", LockedJob.APPLICATION)
                .query((row, number) -> {
                    Instant now = row.getTimestamp("now").toInstant();
                    Timestamp oldest = row.getTimestamp("oldest");
                    Instant busy = oldest == null ? now : oldest.toInstant();
                    return new Bound(now, (busy.isBefore(now) ? busy : now).minus(GAP));
                })
                .single());
    }

    /** @param settled up to here everything is committed */
    private record Bound(Instant now, Instant settled) {}
}
