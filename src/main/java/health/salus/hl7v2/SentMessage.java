package health.salus.hl7v2;

import health.salus.tenant.TenantId;

import java.time.Instant;

/**
 * The message that a transaction is made of.
 *
 * @param id     its number in the store
 * @param sentAt MSH-7, else when it arrived
 */
record SentMessage(long id, TenantId tenant, String feed, Instant sentAt) {

    /** Tells whether this message is later than the one that a resource was last written from. */
    boolean isLaterThan(WrittenFrom last) {
        int order = sentAt.compareTo(last.sentAt());
        return order > 0 || order == 0 && id > last.messageId();
    }
}
