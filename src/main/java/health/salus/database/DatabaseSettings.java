package health.salus.database;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How to reach PostgreSQL.
 *
 * @param url         JDBC URL, {@code jdbc:postgresql://host:port/database}; left out, the server starts its own
 * @param user        database role that owns the schema
 * @param password    its password
 * @param connections size of the connection pool
 */
@ConfigurationProperties("salus.db")
record DatabaseSettings(
        @Nullable String url,
        @Nullable String user,
        @Nullable String password,
        @DefaultValue("12") int connections) {}
