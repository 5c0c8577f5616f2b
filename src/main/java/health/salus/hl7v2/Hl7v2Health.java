package health.salus.hl7v2;

import health.salus.mapping.LiveMappings;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

import java.util.function.Supplier;

/**
 * Says whether messages are taken in and processed.
 *
 * <p>It belongs to neither liveness nor readiness: the FHIR interface works without it, and restarting or hiding the whole
 * server would only spread the damage.
 */
record Hl7v2Health(
        MessageWorkers workers, MllpListeners listeners, FeedMonitor monitor, Supplier<LiveMappings.State> mappings)
        implements HealthIndicator {

    @Override
    public Health health() {
        boolean processing = workers.isAlive();
        boolean accepting = listeners.isAccepting();
        LiveMappings.State rules = mappings.get();
        Health.Builder health = (processing && accepting ? Health.up() : Health.down())
                .withDetail("processing", processing)
                .withDetail("accepting", accepting)
                .withDetail("silent", monitor.silent())
                .withDetail("outOfService", monitor.outOfService())
                .withDetail("mappings", rules.mappings().version());
        rules.mistake().ifPresent(it -> health.withDetail("mistakeInMappings", it));
        return health.build();
    }
}
