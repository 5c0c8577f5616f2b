package health.salus.hl7v2;

import health.salus.fhir.ResourceWriter;
import health.salus.mapping.Mappings;
import health.salus.tenant.Tenants;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

import javax.net.ServerSocketFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Objects;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(prefix = "salus.hl7v2", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(Hl7v2Settings.class)
class Hl7v2Configuration {

    @Bean
    Mappings hl7v2Mappings(Hl7v2Settings settings) throws IOException {
        return Mappings.load(
                MappingLocation.choose(settings.mappings(), Path.of("").toAbsolutePath()));
    }

    @Bean
    MessageStore hl7v2MessageStore(JdbcClient database, Hl7v2Settings settings) {
        return new MessageStore(database, settings.tenant(), settings.feed());
    }

    @Bean
    MessageWorker hl7v2MessageWorker(
            MessageStore store,
            Mappings mappings,
            ResourceWriter writer,
            Hl7v2Settings settings,
            MeterRegistry meters) {
        MessageProcessor processor = new MessageProcessor(mappings, writer, zoneOf(settings));
        return new MessageWorker(store, processor, settings.pollInterval(), settings.retryDelay(), meters);
    }

    @Bean
    MllpServer mllpServer(
            MessageStore store, Mappings mappings, MessageWorker worker, Hl7v2Settings settings, MeterRegistry meters) {
        Acknowledgment acknowledgment = new Acknowledgment(Clock.system(zoneOf(settings)));
        MessageReceiver receiver = new MessageReceiver(store, mappings, acknowledgment, worker::wake, meters);
        return new MllpServer(settings, receiver, ServerSocketFactory.getDefault());
    }

    /** The name of the bean makes it the component {@code hl7v2}; no probe group includes it. */
    @Bean
    HealthIndicator hl7v2HealthIndicator(MessageWorker worker, MllpServer server) {
        return new Hl7v2Health(worker, server);
    }

    /** Refuses to start for a tenant that does not exist, rather than to refuse every message later. */
    @Bean
    SmartInitializingSingleton hl7v2TenantExists(Tenants tenants, Hl7v2Settings settings) {
        return () -> tenants.require(settings.tenant());
    }

    private static ZoneId zoneOf(Hl7v2Settings settings) {
        return Objects.requireNonNullElseGet(settings.zone(), ZoneId::systemDefault);
    }
}
