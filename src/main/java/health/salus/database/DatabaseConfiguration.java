package health.salus.database;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

import java.nio.file.Path;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseSettings.class)
class DatabaseConfiguration {

    @Bean
    @Conditional(NoDatabaseGiven.class)
    EmbeddedDatabase embeddedDatabase(@Value("${salus.data-dir}") Path dataDirectory) {
        return EmbeddedDatabase.start(
                dataDirectory.resolve("postgres"), dataDirectory.resolve("keys").resolve("postgres.password"));
    }

    @Bean
    HikariDataSource dataSource(DatabaseSettings settings, ObjectProvider<EmbeddedDatabase> embedded) {
        HikariDataSource pool = new HikariDataSource();
        EmbeddedDatabase own = embedded.getIfAvailable();
        pool.setJdbcUrl(own == null ? settings.url() : own.jdbcUrl());
        pool.setUsername(own == null ? settings.user() : EmbeddedDatabase.USER);
        pool.setPassword(own == null ? settings.password() : own.password());
        pool.setMaximumPoolSize(settings.connections());
        pool.setPoolName("salus");
        // Many inserts of one statement travel as one.
        pool.addDataSourceProperty("reWriteBatchedInserts", "true");
        pool.addDataSourceProperty("ApplicationName", "salus");
        // A machine that vanishes without a word must not hold a connection, and whoever waits on it, for ever. The
        // limit in seconds is far above any statement of ours; the URL may set another.
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        pool.addDataSourceProperty("connectTimeout", "10");
        pool.addDataSourceProperty("socketTimeout", "300");
        // PostgreSQL quotes the row in its error detail, and the row is patient data.
        pool.addDataSourceProperty("logServerErrorDetail", "false");
        return pool;
    }
}
