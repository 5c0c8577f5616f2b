package health.salus.hl7v2;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A stored message whose turn it is to be processed.
 *
 * @param id         its number in the store, which follows the order of arrival
 * @param content    its bytes
 * @param receivedAt when it arrived
 * @param attempts   how often it was tried before
 * @param mapping    the version of the mappings to process it with; null for those in force
 */
record WaitingMessage(
        long id,
        TenantId tenant,
        String feed,
        byte[] content,
        Instant receivedAt,
        int attempts,
        @Nullable String mapping) {}
