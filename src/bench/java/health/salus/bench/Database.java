package health.salus.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;

/** The PostgreSQL that both servers use, set up as the one that Salus brings along. */
record Database(EmbeddedPostgres server, Path directory) implements AutoCloseable {

    static final String USER = "postgres";

    static Database start(Path directory) throws IOException {
        return new Database(
                EmbeddedPostgres.builder()
                        .setDataDirectory(directory)
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("max_connections", "60")
                        .setServerConfig("shared_buffers", "256MB")
                        .setServerConfig("max_wal_size", "2GB")
                        .setServerConfig("random_page_cost", "1.1")
                        .start(),
                directory);
    }

    /** Makes an empty database and returns its JDBC URL. */
    String create(String name) throws SQLException {
        execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
        execute("CREATE DATABASE " + name);
        return server.getJdbcUrl(USER, name);
    }

    /** Lets the planner know what was loaded, which otherwise happens some time later on one server and not the other. */
    void analyze(String name) throws SQLException {
        try (Connection connection = server.getDatabase(USER, name).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("VACUUM ANALYZE");
        }
    }

    long bytes(String name) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT pg_database_size('" + name + "')")) {
            result.next();
            return result.getLong(1);
        }
    }

    /** PostgreSQL's processes: they are this Java's children, unlike the servers, which are told apart by their number. */
    Stream<ProcessHandle> processes() {
        return ProcessHandle.current()
                .descendants()
                .filter(it -> it.info().command().orElse("").endsWith("/postgres"));
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
