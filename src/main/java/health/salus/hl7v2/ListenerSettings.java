package health.salus.hl7v2;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.List;

/**
 * A port and who may speak to it.
 *
 * @param port      0 takes a free one
 * @param tlsBundle the SSL bundle; null for a port without encryption
 * @param feeds     whose messages come in here; the first that takes a message gets it
 */
record ListenerSettings(
        InetAddress address,
        int port,
        List<String> allowedPeers,
        int maxConnections,
        @Nullable String tlsBundle,
        List<MessageFeed> feeds) {

    ListenerSettings {
        allowedPeers = List.copyOf(allowedPeers);
        feeds = List.copyOf(feeds);
        if (!address.isLoopbackAddress() && allowedPeers.isEmpty() && tlsBundle == null) {
            throw new IllegalArgumentException(
                    "salus.hl7v2: address is open to other machines, so allowed-peers must say"
                            + " which of them may send (port " + port + ")");
        }
    }
}
