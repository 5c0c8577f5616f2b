package health.salus.hl7v2;

import health.salus.tenant.TenantId;

import java.time.Instant;

/**
 * A stored message whose turn it is to be processed.
 *
 * @param id         its number in the store, which follows the order of arrival
 * @param content    its bytes
 * @param receivedAt when it arrived
 * @param attempts   how often it was tried before
 */
record WaitingMessage(long id, TenantId tenant, String feed, byte[] content, Instant receivedAt, int attempts) {}
