package health.salus.audit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;

import javax.sql.DataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A database with our tables, new for each test, and what a test does to it as its superuser. */
final class TrailDatabase {

    private static final EmbeddedPostgres SERVER = start();
    private static int databases;

    final DataSource source;
    final AuditSecret secret;
    private final List<AuditWriter> writers = new ArrayList<>();

    TrailDatabase(Path keys) throws SQLException {
        String name = "trail" + databases++;
        try (Connection connection = SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        source = SERVER.getDatabase("postgres", name);
        Flyway.configure().dataSource(source).load().migrate();
        secret = AuditSecret.in(keys);
    }

    /** Starts a writer, as each server has one. */
    AuditWriter writer() {
        return writer(secret, Duration.ofSeconds(20));
    }

    AuditWriter writer(AuditSecret secret, Duration timeout) {
        AuditWriter writer = new AuditWriter(source, secret, timeout);
        writer.start();
        writers.add(writer);
        return writer;
    }

    /** Does what only somebody can do who owns the database. */
    void tamper(String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE salus_audit_event DISABLE TRIGGER ALL");
            statement.execute(sql);
            statement.execute("ALTER TABLE salus_audit_event ENABLE ALWAYS TRIGGER salus_audit_event_only_grows");
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    List<Finding> verify(Optional<Checkpoint> checkpoint) throws SQLException {
        ChainVerification verification =
                new ChainVerification(Map.of(secret.id(), secret), checkpoint, ChainLink.START);
        try (Connection connection = source.getConnection()) {
            new AuditRows(connection).forEachBehind(0, verification);
        }
        return verification.findings();
    }

    long count() throws SQLException {
        try (Connection connection = source.getConnection()) {
            return new AuditRows(connection).last().seq();
        }
    }

    void close() {
        writers.forEach(AuditWriter::stop);
    }

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
