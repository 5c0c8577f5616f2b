package health.salus.bulk;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The rows of jobs, {@code salus_bulk_job}. A cancelled job is there for nobody but the sweep. */
@Component
class BulkJobs {

    private static final String SELECT = """
            SELECT id, tenant_id, client_id, caller, kind, state, request, parameters, transaction_time, problem, attempts,
                   expires_at
              FROM salus_bulk_job
            """;

    private final JdbcClient database;
    private final TransactionOperations transactions;

    BulkJobs(JdbcClient database, TransactionOperations transactions) {
        this.database = database;
        this.transactions = transactions;
    }

    /**
     * Adds a job that waits for a worker, unless its owner has as many unfinished ones already.
     *
     * @param rows adds what else belongs to the job, in the same transaction
     */
    boolean add(BulkJob job, int mostOpen, Runnable rows) {
        return Boolean.TRUE.equals(transactions.execute(transaction -> {
            lock(job.owner());
            if (open(job.owner()) >= mostOpen) {
                return false;
            }
            insert(job);
            rows.run();
            return true;
        }));
    }

    /** Finds a job of this owner. */
    Optional<BulkJob> find(JobOwner owner, UUID id) {
        return database.sql(SELECT
                        + " WHERE id = :id AND tenant_id = :tenant AND caller = :caller AND state <> 'CANCELLED'")
                .param("id", id)
                .param("tenant", owner.tenant().value())
                .param("caller", owner.caller())
                .query((row, number) -> job(row))
                .optional();
    }

    /** Finds a job for a worker. */
    Optional<BulkJob> find(UUID id) {
        return database.sql(SELECT + " WHERE id = :id")
                .param("id", id)
                .query((row, number) -> job(row))
                .optional();
    }

    /** The jobs that a worker could take up now, the oldest first. */
    List<UUID> waiting() {
        return database.sql("""
                        SELECT id FROM salus_bulk_job
                         WHERE state IN ('WAITING', 'RUNNING') AND not_before <= now() ORDER BY created_at LIMIT 100
                        """).query(UUID.class).list();
    }

    /** Notes that its owner has asked how far a job is; tells how long ago that was the last time. */
    Optional<Duration> polled(UUID id) {
        Optional<Double> seconds =
                database.sql("""
                        SELECT extract(epoch FROM clock_timestamp() - polled_at) FROM salus_bulk_job
                         WHERE id = :id AND polled_at IS NOT NULL
                        """).param("id", id).query(Double.class).optional();
        database.sql("UPDATE salus_bulk_job SET polled_at = clock_timestamp() WHERE id = :id")
                .param("id", id)
                .update();
        return seconds.map(it -> Duration.ofMillis(Math.round(it * 1000)));
    }

    /** Lets nobody see a job any more; whoever works on it stops, and the sweep takes it away. */
    void cancel(UUID id) {
        database.sql("UPDATE salus_bulk_job SET state = 'CANCELLED', expires_at = now() WHERE id = :id")
                .param("id", id)
                .update();
    }

    /** Gives a job up. */
    void fail(UUID id, String problem, Duration keep) {
        database.sql("""
                        UPDATE salus_bulk_job SET state = 'FAILED', problem = :problem, finished_at = now(),
                               expires_at = now() + make_interval(secs => :keep)
                         WHERE id = :id AND state IN ('WAITING', 'RUNNING')
                        """)
                .param("problem", problem)
                .param("keep", keep.toSeconds())
                .param("id", id)
                .update();
    }

    /** Lets a job wait before a worker takes it up again. */
    void postpone(UUID id, Duration delay) {
        database.sql("UPDATE salus_bulk_job SET not_before = now() + make_interval(secs => :delay) WHERE id = :id")
                .param("delay", delay.toSeconds())
                .param("id", id)
                .update();
    }

    /** Jobs whose files nobody may fetch any more. */
    List<BulkJob> over() {
        return database.sql(SELECT + """
                         WHERE state NOT IN ('WAITING', 'RUNNING') AND expires_at <= now() ORDER BY expires_at LIMIT 100
                        """).query((row, number) -> job(row)).list();
    }

    void remove(UUID id) {
        database.sql("DELETE FROM salus_bulk_job WHERE id = :id")
                .param("id", id)
                .update();
    }

    // Two requests at once must not both find room for one more.
    private void lock(JobOwner owner) {
        database.sql("SELECT pg_advisory_xact_lock(hashtextextended(:owner, 0))")
                .param("owner", "salus_bulk_job " + owner.tenant() + " " + owner.client())
                .query()
                .listOfRows();
    }

    private int open(JobOwner owner) {
        return database.sql("""
                        SELECT count(*) FROM salus_bulk_job
                         WHERE tenant_id = :tenant AND client_id = :client AND state IN ('WAITING', 'RUNNING')
                        """)
                .param("tenant", owner.tenant().value())
                .param("client", owner.client())
                .query(Integer.class)
                .single();
    }

    private void insert(BulkJob job) {
        database.sql("""
                        INSERT INTO salus_bulk_job (id, tenant_id, client_id, caller, kind, state, request, parameters)
                        VALUES (:id, :tenant, :client, :caller, :kind, :state, :request, :parameters)
                        """)
                .param("id", job.id())
                .param("tenant", job.owner().tenant().value())
                .param("client", job.owner().client())
                .param("caller", job.owner().caller())
                .param("kind", job.kind().name())
                .param("state", job.state().name())
                .param("request", job.request())
                .param("parameters", job.parameters())
                .update();
    }

    private static BulkJob job(ResultSet row) throws SQLException {
        return new BulkJob(
                row.getObject("id", UUID.class),
                new JobOwner(
                        new TenantId(row.getString("tenant_id")), row.getString("client_id"), row.getString("caller")),
                BulkJob.Kind.valueOf(row.getString("kind")),
                BulkJob.State.valueOf(row.getString("state")),
                row.getString("request"),
                row.getString("parameters"),
                instant(row.getTimestamp("transaction_time")),
                Optional.ofNullable(row.getString("problem")),
                row.getInt("attempts"),
                instant(row.getTimestamp("expires_at")));
    }

    private static Optional<Instant> instant(@Nullable Timestamp time) {
        return Optional.ofNullable(time).map(Timestamp::toInstant);
    }
}
