package health.salus.hl7v2;

import health.salus.mapping.Feed;
import org.jspecify.annotations.Nullable;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** All feeds by their names, and the ports they come in by. */
final class Feeds {

    private final Hl7v2Settings settings;
    private final Map<String, MessageFeed> feeds = new LinkedHashMap<>();

    private Feeds(Hl7v2Settings settings) {
        this.settings = settings;
    }

    /**
     * Reads them from the settings.
     *
     * @throws IllegalArgumentException if two feeds cannot be told apart
     */
    static Feeds of(Hl7v2Settings settings) {
        Feeds feeds = new Feeds(settings);
        settings.feeds().forEach((name, feed) -> feeds.add(feeds.feed(name, feed)));
        feeds.add(feeds.defaultFeed());
        feeds.checkPorts();
        return feeds;
    }

    private void add(MessageFeed feed) {
        check(feed.name().matches("[A-Za-z0-9-]+"), "the name of a feed must be letters, digits and hyphens");
        check(feeds.put(feed.name(), feed) == null, "two feeds have the name " + feed.name());
    }

    /** All feeds, the default one last. */
    List<MessageFeed> all() {
        return List.copyOf(feeds.values());
    }

    Optional<MessageFeed> find(String name) {
        return Optional.ofNullable(feeds.get(name));
    }

    /** Returns the feed that a stored message came in by, as it is now; one that was removed is as the default one. */
    MessageFeed of(String name) {
        return find(name).orElseGet(() -> require(settings.feed()));
    }

    /** Returns what the mapping has to know of the feed that a stored message came in by. */
    Feed source(String name) {
        MessageFeed feed = of(name);
        return new Feed(name, feed.zone(), feed.charset());
    }

    /** The ports to listen on. */
    List<ListenerSettings> listeners() {
        List<ListenerSettings> listeners = new ArrayList<>();
        List<MessageFeed> shared =
                all().stream().filter(it -> !hasOwnPort(it.name())).toList();
        listeners.add(defaultListener(settings.port(), null, shared));
        if (settings.tlsBundle() != null) {
            listeners.add(defaultListener(settings.tlsPort(), settings.tlsBundle(), shared));
        }
        settings.feeds().forEach((name, feed) -> {
            if (feed.port() != null) {
                listeners.add(ownListener(feed, feed.port(), require(name)));
            }
        });
        return listeners;
    }

    private ListenerSettings defaultListener(int port, @Nullable String bundle, List<MessageFeed> shared) {
        return new ListenerSettings(
                settings.address(), port, settings.allowedPeers(), settings.maxConnections(), bundle, shared);
    }

    private ListenerSettings ownListener(FeedSettings feed, int port, MessageFeed messages) {
        return new ListenerSettings(
                Objects.requireNonNullElse(feed.address(), settings.address()),
                port,
                feed.allowedPeers(),
                Objects.requireNonNullElse(feed.maxConnections(), settings.maxConnections()),
                feed.tlsBundle(),
                List.of(messages));
    }

    private MessageFeed require(String name) {
        return find(name).orElseThrow();
    }

    private boolean hasOwnPort(String name) {
        FeedSettings feed = settings.feeds().get(name);
        return feed != null && feed.port() != null;
    }

    private MessageFeed defaultFeed() {
        return new MessageFeed(
                settings.feed(),
                settings.tenant(),
                zone(),
                Optional.ofNullable(settings.charset()),
                List.of(),
                List.of(),
                settings.unknownTypes(),
                settings.acknowledgment(),
                Optional.ofNullable(settings.silence()));
    }

    private MessageFeed feed(String name, FeedSettings feed) {
        return new MessageFeed(
                name,
                Objects.requireNonNullElse(feed.tenant(), settings.tenant()),
                Objects.requireNonNullElse(feed.zone(), zone()),
                Optional.ofNullable(feed.charset()).or(() -> Optional.ofNullable(settings.charset())),
                feed.sendingApplications(),
                feed.sendingFacilities(),
                Objects.requireNonNullElse(feed.unknownTypes(), settings.unknownTypes()),
                Objects.requireNonNullElse(feed.acknowledgment(), settings.acknowledgment()),
                Optional.ofNullable(feed.silence()).or(() -> Optional.ofNullable(settings.silence())));
    }

    private ZoneId zone() {
        return Objects.requireNonNullElseGet(settings.zone(), ZoneId::systemDefault);
    }

    private void checkPorts() {
        Set<Integer> ports = new HashSet<>(Set.of(settings.port()));
        check(settings.tlsBundle() == null || ports.add(settings.tlsPort()), "tls-port is the port without encryption");
        settings.feeds().forEach((name, feed) -> {
            check(
                    feed.port() != null || require(name).isSelective(),
                    "feeds." + name + " needs a port, or sending-applications or sending-facilities to be told apart");
            check(
                    feed.port() == null || feed.port() == 0 || ports.add(feed.port()),
                    "feeds." + name + " has the port of another feed; without a port it shares the default feed's");
            check(
                    feed.tlsBundle() == null || feed.port() != null,
                    "feeds." + name + ".tls-bundle needs a port of its own");
        });
    }

    private static void check(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException("salus.hl7v2: " + problem);
        }
    }
}
