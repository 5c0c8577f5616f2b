package health.salus.hl7v2;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.net.InetAddress;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * The HL7 v2 interface.
 *
 * @param enabled        whether messages are taken in and processed
 * @param address        where MLLP listens. MLLP knows no passwords and no encryption, so by default only this machine can
 *                       reach it; any other address needs {@code allowed-peers}
 * @param port           the TCP port; 0 takes a free one
 * @param allowedPeers   who may connect: IP addresses or networks such as {@code 10.1.0.0/16}; empty means everyone who can
 *                       reach a loopback address
 * @param maxFrameSize   the longest message that is taken in; a longer one is refused and its connection closed
 * @param maxConnections how many senders may be connected at once; together they can hold that many times
 *                       {@code max-frame-size} in memory
 * @param frameTimeout   how long a sender may pause inside a message; between messages it may pause for ever
 * @param feed           the name of this interface, letters, digits and hyphens; it stands in {@code meta.source}
 * @param tenant         whose data the messages become
 * @param zone           the time zone of times that are sent without one, such as {@code Europe/Berlin}; the system's zone
 *                       by default
 * @param charset        the character set of all messages whatever they declare; by default it is found in each message
 * @param unknownTypes   {@code refuse} or {@code accept} messages that have no mapping; they are kept in both cases
 * @param acknowledgment {@code as-asked} by MSH-15 and MSH-16, or always {@code original}
 * @param silence        after how long without a message a feed counts as silent, which health and metrics then show; never
 *                       by default
 * @param tlsBundle      the SSL bundle ({@code spring.ssl.bundle}) of a second port, where TLS 1.2 or 1.3 is spoken and a
 *                       sender needs a certificate that the bundle trusts; there is no such port by default
 * @param tlsPort        that second port
 * @param feeds          feeds beside this one, by name
 * @param mappings       the folder of mappings; {@code ./hl7-mappings} if that exists, else the mappings in the jar
 * @param pollInterval   how often the worker looks for messages that nobody told it about
 * @param retryDelay     the first pause after a transient fault; every further one is twice as long, up to 30 times it
 * @param workers        how many messages are processed at once, each of another patient; each takes a database connection,
 *                       and a second one while it stores a document
 * @param maxMovedResources how many resources a patient merge may move from one record to the other; a merge of more is
 *                       parked, and can be replayed with a higher limit
 * @param retention      how long messages are kept that were processed or discarded; those that need a person stay
 * @param dropDirectory  a folder with a folder for each feed, whose files ({@code *.hl7}) are taken in as messages or
 *                       batches; none by default
 * @param maxWaiting     how many messages may wait to be processed before no more are read from the sockets
 */
@ConfigurationProperties("salus.hl7v2")
record Hl7v2Settings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("127.0.0.1") InetAddress address,
        @DefaultValue("2575") int port,
        @DefaultValue List<String> allowedPeers,
        @DefaultValue("50MB") DataSize maxFrameSize,
        @DefaultValue("20") int maxConnections,
        @DefaultValue("60s") Duration frameTimeout,
        @DefaultValue("lab") String feed,
        @DefaultValue("default") TenantId tenant,
        @Nullable ZoneId zone,
        @Nullable Charset charset,
        @DefaultValue("refuse") UnknownTypes unknownTypes,
        @DefaultValue("as-asked") AcknowledgmentMode acknowledgment,
        @Nullable Duration silence,
        @Nullable String tlsBundle,
        @DefaultValue("2576") int tlsPort,
        @DefaultValue Map<String, FeedSettings> feeds,
        @Nullable Path mappings,
        @DefaultValue("5s") Duration pollInterval,
        @DefaultValue("1s") Duration retryDelay,
        @DefaultValue("4") int workers,
        @DefaultValue("10000") int maxWaiting,
        @DefaultValue("2000") int maxMovedResources,
        @DefaultValue("90d") Duration retention,
        @Nullable Path dropDirectory) {

    Hl7v2Settings {
        allowedPeers = List.copyOf(allowedPeers);
        feeds = Map.copyOf(feeds);
        check(feed.matches("[A-Za-z0-9-]+"), "feed must be letters, digits and hyphens");
        check(maxConnections > 0, "max-connections must be at least 1");
        check(maxFrameSize.toBytes() > 0 && maxFrameSize.toGigabytes() < 1, "max-frame-size must be below 1GB");
        check(isPositive(frameTimeout), "frame-timeout must be longer than nothing");
        check(isPositive(pollInterval), "poll-interval must be longer than nothing");
        check(isPositive(retryDelay), "retry-delay must be longer than nothing");
        check(isPositive(retention), "retention must be longer than nothing");
        check(workers > 0, "workers must be at least 1");
        check(maxWaiting > 0, "max-waiting must be at least 1");
        check(maxMovedResources > 0, "max-moved-resources must be at least 1");
        check(
                address.isLoopbackAddress() || !allowedPeers.isEmpty(),
                "address is open to other machines, so allowed-peers must say which of them may send");
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    private static void check(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException("salus.hl7v2: " + problem);
        }
    }
}
