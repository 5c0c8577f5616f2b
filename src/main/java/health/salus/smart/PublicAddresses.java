package health.salus.smart;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * The addresses that a server may call for a client, because the client could call them itself: other machines of the
 * institution and the metadata services of clouds are not among them.
 */
public final class PublicAddresses {

    private static final int FIRST_BYTE_OF_UNIQUE_LOCAL = 0xfc;
    private static final int SHARED_SPACE = 100;

    private PublicAddresses() {}

    /** Tells whether an address is one of the Internet, and none of this machine, its network or its provider. */
    public static boolean contain(InetAddress address) {
        return !(address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || isSpecial(address));
    }

    // Unique local addresses of IPv6, ways to write IPv4 in IPv6, and the space that providers share: Java knows none.
    private static boolean isSpecial(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = Byte.toUnsignedInt(bytes[0]);
        int second = Byte.toUnsignedInt(bytes[1]);
        if (address instanceof Inet6Address) {
            boolean isGlobal = (first & 0xe0) == 0x20;
            boolean embedsOlder = first == 0x20 && second == 0x02;
            return (first & 0xfe) == FIRST_BYTE_OF_UNIQUE_LOCAL || !isGlobal || embedsOlder;
        }
        return first == 0 || first >= 240 || (first == SHARED_SPACE && (second & 0xc0) == 64);
    }
}
