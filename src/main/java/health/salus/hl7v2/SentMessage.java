package health.salus.hl7v2;

import health.salus.tenant.TenantId;

import java.time.Instant;
import java.time.ZoneId;

/**
 * The message that a transaction is made of.
 *
 * @param id     its number in the store
 * @param sentAt MSH-7, else when it arrived
 */
record SentMessage(long id, TenantId tenant, String feed, Instant sentAt) {

    /**
     * Reads when a stored message was sent.
     *
     * @param zone where its sender's clock hangs, if it does not say so
     */
    static SentMessage of(WaitingMessage message, MessageHeader header, ZoneId zone) {
        Instant sentAt = SentTime.of(header, zone).orElse(message.receivedAt());
        return new SentMessage(message.id(), message.tenant(), message.feed(), sentAt);
    }

    /** Tells whether this message is later than the one that a resource was last written from. */
    boolean isLaterThan(WrittenFrom last) {
        int order = sentAt.compareTo(last.sentAt());
        return order > 0 || order == 0 && id > last.messageId();
    }
}
