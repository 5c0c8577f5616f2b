package health.salus.hl7v2;

import health.salus.audit.AuditTrail;
import health.salus.fhir.ResourceWriter;
import health.salus.fhir.StoredResources;
import health.salus.mapping.Mappings;
import health.salus.tenant.Tenants;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import javax.net.ServerSocketFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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
    Feeds hl7v2Feeds(Hl7v2Settings settings) {
        return Feeds.of(settings);
    }

    @Bean
    MessageStore hl7v2MessageStore(JdbcClient database) {
        return new MessageStore(database);
    }

    @Bean
    MessageWriter hl7v2MessageWriter(
            StoredResources resources, ResourceWriter writer, JdbcClient database, Hl7v2Settings settings) {
        WrittenResources written = new WrittenResources(database);
        return new MessageWriter(
                new TransactionPlanner(resources, written),
                new PatientJoins(resources, settings.maxMovedResources()),
                writer,
                written);
    }

    @Bean
    MessageProcessor hl7v2MessageProcessor(Mappings mappings, Feeds feeds, MessageWriter writer, AuditTrail trail) {
        return new MessageProcessor(mappings, feeds, writer, new MessageAudit(trail));
    }

    @Bean
    MessageWorkers hl7v2MessageWorkers(
            MessageStore store,
            MessageProcessor processor,
            PlatformTransactionManager transactions,
            Hl7v2Settings settings,
            MeterRegistry meters) {
        TransactionTemplate transaction = new TransactionTemplate(transactions);
        Set<Long> busy = ConcurrentHashMap.newKeySet();
        return new MessageWorkers(
                () -> new MessageWorker(store, processor, transaction, settings.retryDelay(), busy, meters),
                settings.workers(),
                settings.pollInterval(),
                settings.retryDelay());
    }

    @Bean
    MllpListeners mllpListeners(
            Feeds feeds, ReceiverFactory receivers, MessageStore store, Hl7v2Settings settings, SslBundles bundles) {
        IntakeGate gate = new IntakeGate(store, settings.maxWaiting());
        return new MllpListeners(feeds.listeners().stream()
                .map(listener -> new MllpServer(
                        listener,
                        Connections.of(listener, receivers.receiver(listener.feeds()), gate, settings, bundles),
                        ServerSocketFactory.getDefault()))
                .toList());
    }

    @Bean
    ReceiverFactory hl7v2Receivers(
            MessageStore store, Mappings mappings, MessageWorkers workers, MeterRegistry meters) {
        return feeds -> new MessageReceiver(store, mappings, feeds, workers::wake, meters);
    }

    /** The name of the bean makes it the component {@code hl7v2}; no probe group includes it. */
    @Bean
    HealthIndicator hl7v2HealthIndicator(MessageWorkers workers, MllpListeners listeners, FeedMonitor monitor) {
        return new Hl7v2Health(workers, listeners, monitor);
    }

    @Bean
    FeedMonitor hl7v2FeedMonitor(JdbcClient database, Feeds feeds, MeterRegistry meters) {
        return new FeedMonitor(database, feeds, Clock.systemUTC(), meters);
    }

    @Bean
    MessageIntake hl7v2MessageIntake(ReceiverFactory receivers) {
        return new MessageIntake(receivers);
    }

    @Bean
    Housekeeping hl7v2Housekeeping(
            FeedMonitor monitor, MessageStore store, Feeds feeds, MessageIntake intake, Hl7v2Settings settings) {
        Optional<DropDirectory> drop = Optional.ofNullable(settings.dropDirectory())
                .map(it -> new DropDirectory(
                        it, feeds, intake, settings.maxFrameSize().toBytes()));
        return new Housekeeping(monitor, store, drop, settings.retention(), settings.pollInterval());
    }

    @Bean
    MessageCatalog hl7v2MessageCatalog(JdbcClient database) {
        return new MessageCatalog(database);
    }

    @Bean
    MessagePreviews hl7v2MessagePreviews(JdbcClient database, Feeds feeds, Hl7v2Settings settings) {
        return MessagePreviews.in(database, feeds, settings.maxMovedResources());
    }

    /** Refuses to start for a tenant that does not exist, rather than to refuse every message later. */
    @Bean
    SmartInitializingSingleton hl7v2TenantExists(Tenants tenants, Feeds feeds) {
        return () -> feeds.all().forEach(feed -> tenants.require(feed.tenant()));
    }
}
