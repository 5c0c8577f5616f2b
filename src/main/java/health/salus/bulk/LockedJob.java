package health.salus.bulk;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import javax.sql.DataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A job that this worker alone works on, and the connection that says so: the lock and all that is noted of the job's progress
 * live and die with it. Whoever has lost the connection has lost the job, and can write nothing more of it.
 */
final class LockedJob implements AutoCloseable {

    /** How the database tells the transactions of exports from those that write. */
    static final String APPLICATION = "salus-bulk";

    private static final int FETCH_SIZE = 500;

    private final UUID id;
    private final Connection connection;
    private final JdbcClient database;

    private LockedJob(UUID id, Connection connection) {
        this.id = id;
        this.connection = connection;
        JdbcTemplate template = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
        // Results come piece by piece within a transaction, so the largest one fits into memory.
        template.setFetchSize(FETCH_SIZE);
        this.database = JdbcClient.create(template);
    }

    /** Locks a job, or returns nothing if another worker has it. */
    static Optional<LockedJob> tryLock(DataSource pool, UUID id) throws SQLException {
        Connection connection = pool.getConnection();
        LockedJob job = new LockedJob(id, connection);
        try {
            connection.setAutoCommit(false);
            boolean locked = job.inTransaction(() -> job.database
                    .sql(
                            "SELECT pg_try_advisory_lock(hashtextextended(:job, 1)) AND set_config('application_name', :name, false)"
                                    + " IS NOT NULL")
                    .param("job", id.toString())
                    .param("name", APPLICATION)
                    .query(Boolean.class)
                    .single());
            if (locked) {
                return Optional.of(job);
            }
        } catch (SQLException | RuntimeException e) {
            job.close();
            throw e;
        }
        job.close();
        return Optional.empty();
    }

    UUID id() {
        return id;
    }

    /** The database over the connection of the lock; to be used within {@link #inTransaction}. */
    JdbcClient database() {
        return database;
    }

    /** Runs a transaction on the connection of the lock; it is rolled back if something is thrown. */
    <T> T inTransaction(Supplier<T> work) throws SQLException {
        try {
            T result = work.get();
            connection.commit();
            return result;
        } catch (RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    /**
     * Counts the attempt to work on the job.
     *
     * @throws JobCancelled if it is none to be worked on any more
     */
    void begin() throws SQLException {
        int begun = inTransaction(() -> database.sql("""
                        UPDATE salus_bulk_job SET state = 'RUNNING', attempts = attempts + 1,
                               started_at = coalesce(started_at, now())
                         WHERE id = :id AND state IN ('WAITING', 'RUNNING')
                        """).param("id", id).update());
        if (begun != 1) {
            throw new JobCancelled();
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
                database.sql(
                                "SELECT pg_advisory_unlock_all() IS NULL AND set_config('application_name', '', false) IS NULL")
                        .query()
                        .listOfRows();
            }
        } finally {
            connection.close();
        }
    }
}
