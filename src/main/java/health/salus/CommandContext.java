package health.salus;

import health.salus.database.CommandDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

import javax.sql.DataSource;
import java.io.IOException;

/** The parts of the server that commands use, with the server's settings and without its sockets. */
@ComponentScan({"health.salus.blob", "health.salus.scan"})
@ImportAutoConfiguration({
    JdbcTemplateAutoConfiguration.class,
    JdbcClientAutoConfiguration.class,
    DataSourceTransactionManagerAutoConfiguration.class
})
class CommandContext {

    /** Opens the blob store and the database, also beside a running server; the caller closes the context. */
    static ConfigurableApplicationContext withDatabase() {
        return builder(CommandContext.class).run();
    }

    /** Reads the settings and starts nothing. */
    static ConfigurableEnvironment settings() {
        try (ConfigurableApplicationContext context = builder(Nothing.class).run()) {
            return context.getEnvironment();
        }
    }

    @Bean
    CommandDatabase database(Environment settings) throws IOException {
        return CommandDatabase.of(settings);
    }

    @Bean
    DataSource dataSource(CommandDatabase database) {
        return database.dataSource();
    }

    /** Nobody reads the metrics of a command. */
    @Bean
    MeterRegistry meters() {
        return new SimpleMeterRegistry();
    }

    private static SpringApplicationBuilder builder(Class<?> source) {
        return new SpringApplicationBuilder(source)
                .web(WebApplicationType.NONE)
                .logStartupInfo(false)
                // A command says on its own what it did; only what goes wrong is worth a line of log.
                .properties("logging.level.health.salus=WARN", "logging.level.org.springframework.boot=OFF");
    }

    private static final class Nothing {}
}
