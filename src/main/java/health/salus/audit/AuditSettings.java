package health.salus.audit;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.URI;
import java.time.Duration;

/**
 * How the trail is kept and what counts as suspicious.
 *
 * @param timeout            how long an answer waits for its record; then it is 503
 * @param checkpointInterval how often the end of the trail is signed and noted outside the database
 * @param alert              what raises an alert
 */
@ConfigurationProperties("salus.audit")
record AuditSettings(
        @DefaultValue("5s") Duration timeout,
        @DefaultValue("1m") Duration checkpointInterval,
        @DefaultValue Alert alert) {

    /**
     * What raises an alert. Each is counted for one user (or client, or address where there is no user) of one tenant.
     *
     * @param patientsPerHour more patients than this, seen by one person within an hour
     * @param refusals        more refused requests than this within {@code refusalWindow}
     * @param refusalWindow   the time for {@code refusals}
     * @param breakGlassPerDay more emergency accesses than this within a day
     * @param knownClientDays a client that has not exported for so many days counts as new
     * @param webhook         where each alert is posted as JSON, or null
     */
    record Alert(
            @DefaultValue("200") int patientsPerHour,
            @DefaultValue("50") int refusals,
            @DefaultValue("5m") Duration refusalWindow,
            @DefaultValue("3") int breakGlassPerDay,
            @DefaultValue("90") int knownClientDays,
            @Nullable URI webhook) {}
}
