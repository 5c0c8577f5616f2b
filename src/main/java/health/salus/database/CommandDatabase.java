package health.salus.database;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import javax.sql.DataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/**
 * The database for a command of the jar: the one that is given, or the embedded one, which is started for the while unless
 * a server runs on it.
 */
public final class CommandDatabase implements AutoCloseable {

    private static final int PORT_LINE = 3;

    private final String url;
    private final @Nullable String user;
    private final @Nullable String password;
    private final @Nullable EmbeddedDatabase started;

    private CommandDatabase(
            String url, @Nullable String user, @Nullable String password, @Nullable EmbeddedDatabase started) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.started = started;
    }

    /**
     * Returns the database that the server's settings name: {@code salus.db.url}, or the embedded one in
     * {@code salus.data-dir}.
     *
     * @throws IOException if there is none, or it cannot be started
     */
    public static CommandDatabase of(Environment settings) throws IOException {
        String url = settings.getProperty("salus.db.url", "");
        return url.isBlank()
                ? embedded(Path.of(settings.getRequiredProperty("salus.data-dir")))
                : given(url, settings.getProperty("salus.db.user"), settings.getProperty("salus.db.password"));
    }

    /** Returns the database at this JDBC URL. */
    public static CommandDatabase given(String url, @Nullable String user, @Nullable String password) {
        return new CommandDatabase(url, user, password, null);
    }

    /**
     * Returns the embedded database of a data directory.
     *
     * @throws IOException if there is none, or it cannot be started
     */
    public static CommandDatabase embedded(Path dataDirectory) throws IOException {
        Path folder = dataDirectory.resolve("postgres");
        Path passwordFile = dataDirectory.resolve("keys").resolve("postgres.password");
        if (!Files.exists(passwordFile)) {
            throw new IOException("There is no embedded database in " + dataDirectory.toAbsolutePath());
        }
        String password = ClusterPassword.loadOrCreate(passwordFile).value();
        CommandDatabase running = new CommandDatabase(url(folder), EmbeddedDatabase.USER, password, null);
        try (Connection connection = running.connect()) {
            return running;
        } catch (SQLException notRunning) {
            EmbeddedDatabase own = EmbeddedDatabase.start(folder, passwordFile);
            return new CommandDatabase(own.jdbcUrl(), EmbeddedDatabase.USER, password, own);
        }
    }

    // PostgreSQL notes in this file where it listens; a file that a killed one left behind leads nowhere.
    private static String url(Path folder) throws IOException {
        Path note = EmbeddedDatabase.cluster(folder).resolve("postmaster.pid");
        List<String> lines = Files.exists(note) ? Files.readAllLines(note) : List.of();
        String port = lines.size() > PORT_LINE ? lines.get(PORT_LINE).strip() : "0";
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + EmbeddedDatabase.NAME;
    }

    /** Returns a source of connections to it, each of them opened anew; it ends with this object. */
    public DataSource dataSource() {
        DriverManagerDataSource source = new DriverManagerDataSource(url);
        source.setUsername(user);
        source.setPassword(password);
        return source;
    }

    /** Opens a connection, which the caller closes. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    @Override
    public void close() throws IOException {
        if (started != null) {
            started.close();
        }
    }
}
