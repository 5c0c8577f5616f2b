package health.salus.fhir;

import ca.uhn.fhir.jpa.migrate.DriverTypeEnum;
import ca.uhn.fhir.jpa.migrate.HapiMigrationLock;
import ca.uhn.fhir.jpa.migrate.HapiMigrator;
import ca.uhn.fhir.jpa.migrate.SchemaMigrator;
import ca.uhn.fhir.jpa.migrate.tasks.HapiFhirJpaMigrationTasks;
import ca.uhn.fhir.jpa.migrate.tasks.HapiFhirJpaMigrationTasks.FlagEnum;
import ca.uhn.fhir.util.VersionEnum;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.EncodedResource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

import javax.sql.DataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * HAPI's tables, made and brought up to date by HAPI's own migrator; several servers may start at once, since one waits
 * for the other.
 *
 * <p>The partition is part of every primary key, see ADR 2.
 */
final class HapiSchema {

    private final DataSource database;

    HapiSchema(DataSource database) {
        this.database = new Unhurried(database);
    }

    /** Brings the tables to the version of this server; does nothing where they have it. */
    HapiSchema migrate() {
        try (Connection alone = database.getConnection();
                SessionLock lock = SessionLock.take(alone)) {
            HapiMigrator migrator = migrator();
            migrator.createMigrationTableIfRequired();
            lock.removeLeftOverRow();
            migrator.migrate();
            run("db/hapi/blob_references.sql", ScriptUtils.EOF_STATEMENT_SEPARATOR, alone);
            run("db/hapi/indexes.sql", "\n\n", alone);
            return this;
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("The tables of HAPI cannot be brought up to date", e);
        }
    }

    private static void run(String script, String separator, Connection connection) {
        ScriptUtils.executeSqlScript(
                connection,
                new EncodedResource(new ClassPathResource(script)),
                false,
                false,
                ScriptUtils.DEFAULT_COMMENT_PREFIX,
                separator,
                ScriptUtils.DEFAULT_BLOCK_COMMENT_START_DELIMITER,
                ScriptUtils.DEFAULT_BLOCK_COMMENT_END_DELIMITER);
    }

    private HapiMigrator migrator() {
        HapiMigrator migrator =
                new HapiMigrator(SchemaMigrator.HAPI_FHIR_MIGRATION_TABLENAME, database, DriverTypeEnum.POSTGRES_9_4);
        migrator.addTasks(new HapiFhirJpaMigrationTasks(Set.of(FlagEnum.DB_PARTITION_MODE.getCommandLineValue()))
                .getAllTasks(VersionEnum.values()));
        return migrator;
    }

    /**
     * The lock under which one server at a time migrates. PostgreSQL lifts it when the session ends, however it ends;
     * HAPI's own lock is a row, which a killed server leaves behind and which then stops every later start.
     */
    private record SessionLock(Connection session) implements AutoCloseable {

        private static final Logger LOG = LoggerFactory.getLogger(HapiSchema.class);
        private static final int PAUSE_MILLISECONDS = 500;

        // Any number does, as long as every server of one database uses the same.
        private static final long KEY = 0x53616C7573L;

        /**
         * Asks again and again, because a statement that waits in PostgreSQL holds a snapshot, and CREATE INDEX
         * CONCURRENTLY of the server that migrates would wait for it: neither would ever go on.
         */
        static SessionLock take(Connection session) throws SQLException {
            session.setAutoCommit(true);
            boolean told = false;
            while (!isTrue(session, "SELECT pg_try_advisory_lock(" + KEY + ")")) {
                if (!told) {
                    LOG.info("Waiting for another server, which brings the tables of HAPI up to date");
                    told = true;
                }
                pause();
            }
            return new SessionLock(session);
        }

        /** Removes the row of a killed server; whoever holds this lock knows that no living server has one. */
        void removeLeftOverRow() throws SQLException {
            try (Statement statement = session.createStatement()) {
                int removed = statement.executeUpdate("DELETE FROM \"" + SchemaMigrator.HAPI_FHIR_MIGRATION_TABLENAME
                        + "\" WHERE \"installed_rank\" = " + HapiMigrationLock.LOCK_PID);
                if (removed > 0) {
                    LOG.warn("An earlier start was cut off while it brought the tables of HAPI up to date; going on");
                }
            }
        }

        @Override
        public void close() throws SQLException {
            isTrue(session, "SELECT pg_advisory_unlock(" + KEY + ")");
        }

        private static boolean isTrue(Connection session, String query) throws SQLException {
            try (Statement statement = session.createStatement();
                    ResultSet result = statement.executeQuery(query)) {
                return result.next() && result.getBoolean(1);
            }
        }

        private static void pause() throws SQLException {
            try {
                Thread.sleep(PAUSE_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("Interrupted while another server migrates", e);
            }
        }
    }

    /** Connections without a limit on how long one statement may take: an index on a large table takes hours. */
    private static final class Unhurried extends DelegatingDataSource {

        Unhurried(DataSource database) {
            super(database);
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            connection.setNetworkTimeout(Runnable::run, 0);
            return connection;
        }
    }
}
