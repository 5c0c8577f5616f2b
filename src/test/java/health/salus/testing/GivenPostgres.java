package health.salus.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A PostgreSQL that Salus did not start: a container where a Docker engine answers, else a process of this machine.
 *
 * @param url  JDBC URL
 * @param stop ends it
 */
public record GivenPostgres(String url, AutoCloseable stop) implements AutoCloseable {

    public static final String USER = "postgres";
    public static final String PASSWORD = "given";

    public static GivenPostgres start() {
        return DockerClientFactory.instance().isDockerAvailable() ? container() : process();
    }

    private static GivenPostgres container() {
        PostgreSQLContainer container =
                new PostgreSQLContainer("postgres:18.6").withUsername(USER).withPassword(PASSWORD);
        container.start();
        return new GivenPostgres(container.getJdbcUrl(), container);
    }

    private static GivenPostgres process() {
        try {
            EmbeddedPostgres process = EmbeddedPostgres.start();
            return new GivenPostgres(process.getJdbcUrl(USER, "postgres"), process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws Exception {
        stop.close();
    }
}
