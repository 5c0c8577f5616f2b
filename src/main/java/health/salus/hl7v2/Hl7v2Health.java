package health.salus.hl7v2;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * Says whether messages are taken in and processed.
 *
 * <p>It belongs to neither liveness nor readiness: the FHIR interface works without it, and restarting or hiding the whole
 * server would only spread the damage.
 */
record Hl7v2Health(MessageWorkers workers, MllpListeners listeners, FeedMonitor monitor) implements HealthIndicator {

    @Override
    public Health health() {
        boolean processing = workers.isAlive();
        boolean accepting = listeners.isAccepting();
        return (processing && accepting ? Health.up() : Health.down())
                .withDetail("processing", processing)
                .withDetail("accepting", accepting)
                .withDetail("silent", monitor.silent())
                .build();
    }
}
