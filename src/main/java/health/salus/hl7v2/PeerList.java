package health.salus.hl7v2;

import org.springframework.security.web.util.matcher.IpAddressMatcher;

import java.net.InetAddress;
import java.util.List;

/** Who may connect. */
record PeerList(List<IpAddressMatcher> networks) {

    PeerList {
        networks = List.copyOf(networks);
    }

    /** Reads addresses and networks, {@code 10.1.2.3} or {@code 10.1.0.0/16}; an empty list lets everyone in. */
    static PeerList of(List<String> networks) {
        return new PeerList(networks.stream().map(IpAddressMatcher::new).toList());
    }

    boolean allows(InetAddress peer) {
        // A link-local IPv6 address carries the name of the network card, which is no part of it.
        String address = peer.getHostAddress().split("%", 2)[0];
        return networks.isEmpty() || networks.stream().anyMatch(network -> network.matches(address));
    }
}
