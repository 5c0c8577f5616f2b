package health.salus.hl7v2;

import health.salus.tenant.TenantId;

import java.nio.charset.Charset;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * One sender's messages, and what is agreed about them.
 *
 * @param name                stands in {@code meta.source}
 * @param zone                the time zone of times that are sent without one
 * @param charset             the character set of all messages, if they are not to be believed
 * @param sendingApplications MSH-3.1 of its messages; any if empty
 * @param sendingFacilities   MSH-4.1 of its messages; any if empty
 * @param silence             after how long without a message it counts as silent
 */
record MessageFeed(
        String name,
        TenantId tenant,
        ZoneId zone,
        Optional<Charset> charset,
        List<String> sendingApplications,
        List<String> sendingFacilities,
        UnknownTypes unknownTypes,
        AcknowledgmentMode acknowledgment,
        Optional<Duration> silence) {

    MessageFeed {
        sendingApplications = List.copyOf(sendingApplications);
        sendingFacilities = List.copyOf(sendingFacilities);
    }

    /** Tells whether it takes only messages of certain senders. */
    boolean isSelective() {
        return !sendingApplications.isEmpty() || !sendingFacilities.isEmpty();
    }

    /** The same feed for a way in that belongs to it alone. */
    MessageFeed ofAnySender() {
        return new MessageFeed(
                name, tenant, zone, charset, List.of(), List.of(), unknownTypes, acknowledgment, silence);
    }

    /** The same agreements under another name, for the messages of a feed that is no longer there. */
    MessageFeed named(String other, TenantId owner) {
        return new MessageFeed(
                other,
                owner,
                zone,
                charset,
                sendingApplications,
                sendingFacilities,
                unknownTypes,
                acknowledgment,
                silence);
    }

    /** Tells whether a message belongs to it. */
    boolean takes(MessageHeader header) {
        return (sendingApplications.isEmpty() || sendingApplications.contains(header.component(3, 1)))
                && (sendingFacilities.isEmpty() || sendingFacilities.contains(header.component(4, 1)));
    }
}
