package health.salus.hl7v2;

import health.salus.audit.AuditTrail;
import health.salus.fhir.ResourceWriter;
import health.salus.fhir.StoredResources;
import health.salus.mapping.LiveMappings;
import health.salus.tenant.ListedTenant;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import io.micrometer.core.instrument.Gauge;
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
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(prefix = "salus.hl7v2", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(Hl7v2Settings.class)
class Hl7v2Configuration {

    @Bean
    MappingHistory hl7v2MappingHistory(JdbcClient database) {
        return new MappingHistory(database);
    }

    /** What maps a message is kept before it does. */
    @Bean
    LiveMappings hl7v2Mappings(Hl7v2Settings settings, MappingHistory history, MeterRegistry meters)
            throws IOException {
        LiveMappings mappings = LiveMappings.load(
                MappingLocation.choose(settings.mappings(), Path.of("").toAbsolutePath()), history::keep);
        Gauge.builder(
                        "salus.hl7v2.mappings.mistaken",
                        mappings,
                        it -> it.state().mistake().isPresent() ? 1 : 0)
                .description("1 while what lies in the folder of the mappings is not in force because of a mistake")
                .register(meters);
        return mappings;
    }

    @Bean
    MessageRules hl7v2MessageRules(LiveMappings mappings, MappingHistory history) {
        return new MessageRules(mappings::current, history);
    }

    @Bean
    UnmappedCodes hl7v2UnmappedCodes(JdbcClient database) {
        return new UnmappedCodes(database);
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
    MessageProcessor hl7v2MessageProcessor(
            MessageRules rules, Feeds feeds, MessageWriter writer, AuditTrail trail, UnmappedCodes codes) {
        return new MessageProcessor(rules, feeds, writer, new MessageAudit(trail), codes);
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
            MessageStore store, LiveMappings mappings, Tenants tenants, MessageWorkers workers, MeterRegistry meters) {
        return feeds -> new MessageReceiver(
                store, mappings::current, feeds, tenant -> tenants.find(tenant).isPresent(), workers::wake, meters);
    }

    /** The name of the bean makes it the component {@code hl7v2}; no probe group includes it. */
    @Bean
    HealthIndicator hl7v2HealthIndicator(
            MessageWorkers workers, MllpListeners listeners, FeedMonitor monitor, LiveMappings mappings) {
        return new Hl7v2Health(workers, listeners, monitor, mappings::state);
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
    Housekeeping hl7v2Housekeeping(List<Chore> chores) {
        return new Housekeeping(chores);
    }

    @Bean
    Chore hl7v2LookAtFeeds(FeedMonitor monitor, Hl7v2Settings settings) {
        return new Chore(monitor::look, settings.pollInterval());
    }

    @Bean
    Chore hl7v2LookAtMappings(LiveMappings mappings, Hl7v2Settings settings) {
        return new Chore(mappings::look, settings.pollInterval());
    }

    @Bean
    Chore hl7v2DeleteOld(MessageStore store, UnmappedCodes codes, Hl7v2Settings settings) {
        return new Chore(new Retention(store, codes, settings.retention()), Duration.ofHours(1));
    }

    @Bean
    @ConditionalOnProperty(prefix = "salus.hl7v2", name = "drop-directory")
    Chore hl7v2LookAtDropDirectory(Feeds feeds, MessageIntake intake, Hl7v2Settings settings) {
        Path directory = Objects.requireNonNull(settings.dropDirectory());
        DropDirectory drop = new DropDirectory(
                directory, feeds, intake, settings.maxFrameSize().toBytes());
        return new Chore(drop::look, settings.pollInterval());
    }

    @Bean
    MessageCatalog hl7v2MessageCatalog(JdbcClient database) {
        return new MessageCatalog(database);
    }

    @Bean
    MessagePreviews hl7v2MessagePreviews(JdbcClient database, Feeds feeds, Hl7v2Settings settings) {
        return MessagePreviews.in(database, feeds, settings.maxMovedResources());
    }

    /**
     * Refuses to start for a tenant that does not exist, which is a mistake in the settings. One that is disabled takes its
     * feeds out of service and nothing else.
     */
    @Bean
    SmartInitializingSingleton hl7v2TenantExists(Tenants tenants, Feeds feeds) {
        return () -> {
            Set<TenantId> known = tenants.all().stream().map(ListedTenant::id).collect(Collectors.toSet());
            feeds.all().stream()
                    .map(MessageFeed::tenant)
                    .filter(it -> !known.contains(it))
                    .forEach(tenants::require);
        };
    }
}
