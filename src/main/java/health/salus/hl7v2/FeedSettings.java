package health.salus.hl7v2;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.InetAddress;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;

/**
 * One feed beside the default one. What it leaves out is as for the default feed.
 *
 * @param tenant              whose data its messages become
 * @param zone                the time zone of times that are sent without one
 * @param charset             the character set of its messages whatever they declare, such as {@code windows-1252}
 * @param sendingApplications MSH-3.1 of its messages; any if empty
 * @param sendingFacilities   MSH-4.1 of its messages; any if empty
 * @param unknownTypes        {@code refuse} or {@code accept} messages that have no mapping
 * @param acknowledgment      {@code as-asked} or {@code original}
 * @param silence             after how long without a message the feed counts as silent; never by default
 * @param port                a port of its own; without one it shares that of the default feed and is told apart by
 *                            {@code sending-applications} and {@code sending-facilities}
 * @param address             where its own port listens
 * @param allowedPeers        who may connect to its own port
 * @param maxConnections      how many senders may be connected to its own port at once
 * @param tlsBundle           the SSL bundle ({@code spring.ssl.bundle}) of its own port; senders need a certificate then
 */
record FeedSettings(
        @Nullable TenantId tenant,
        @Nullable ZoneId zone,
        @Nullable Charset charset,
        @DefaultValue List<String> sendingApplications,
        @DefaultValue List<String> sendingFacilities,
        @Nullable UnknownTypes unknownTypes,
        @Nullable AcknowledgmentMode acknowledgment,
        @Nullable Duration silence,
        @Nullable Integer port,
        @Nullable InetAddress address,
        @DefaultValue List<String> allowedPeers,
        @Nullable Integer maxConnections,
        @Nullable String tlsBundle) {

    FeedSettings {
        sendingApplications = List.copyOf(sendingApplications);
        sendingFacilities = List.copyOf(sendingFacilities);
        allowedPeers = List.copyOf(allowedPeers);
    }
}
