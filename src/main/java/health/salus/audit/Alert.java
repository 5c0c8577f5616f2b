package health.salus.audit;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.UUID;

/**
 * A suspicion that was written down.
 *
 * @param id             its name
 * @param rule           patients-per-hour, refusals, break-glass, emergency-access, new-exporter or chain
 * @param tenant         whose data, or null if it is about the server
 * @param subject        the user, client or address, or the row of the trail
 * @param count          how many there were when it was raised
 * @param raisedAt       when
 * @param acknowledgedAt when somebody took note of it, or null
 * @param acknowledgedBy who did, or null
 */
record Alert(
        UUID id,
        String rule,
        @Nullable String tenant,
        String subject,
        int count,
        Instant raisedAt,
        @Nullable Instant acknowledgedAt,
        @Nullable String acknowledgedBy) {}
