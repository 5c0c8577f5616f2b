package health.salus.smart;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.Resource;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.util.Arrays;
import java.util.Set;

/**
 * Fetches keys from addresses that clients were registered with, and lets nobody use that to reach what only this server
 * can reach: other machines of the institution, and the metadata services of clouds.
 *
 * <p>Java remembers for some seconds what a name stood for, so it connects to the address that was looked at here.
 */
@Component
class PublishedKeys extends DefaultResourceRetriever {

    private static final int TIMEOUT_MILLISECONDS = 3_000;
    private static final int MOST_BYTES = 64 * 1024;
    private static final int FIRST_BYTE_OF_UNIQUE_LOCAL = 0xfc;
    private static final int SHARED_SPACE = 100;

    private final Set<String> internalHosts;

    PublishedKeys(SmartSettings settings) {
        super(TIMEOUT_MILLISECONDS, TIMEOUT_MILLISECONDS, MOST_BYTES);
        this.internalHosts = Set.copyOf(settings.auth().internalKeyHosts());
    }

    /** Tells whether keys may be published at this address; whether anybody is there is not looked at. */
    boolean mayBeAt(URI address) {
        return address.getHost() != null
                && address.getUserInfo() == null
                && ("https".equals(address.getScheme()) || isInternal(address.getAuthority()));
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        if (!isInternal(url.getAuthority())) {
            requirePublic(url);
        }
        return super.retrieveResource(url);
    }

    @Override
    protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
        HttpURLConnection connection = super.openHTTPConnection(url);
        // A redirect would lead past the check.
        connection.setInstanceFollowRedirects(false);
        return connection;
    }

    private boolean isInternal(String authority) {
        return internalHosts.contains(authority);
    }

    private static void requirePublic(URL url) throws IOException {
        boolean isPublic = "https".equals(url.getProtocol())
                && Arrays.stream(InetAddress.getAllByName(url.getHost())).allMatch(PublishedKeys::isPublic);
        if (!isPublic) {
            throw new IOException("Keys are fetched by https and from public addresses only");
        }
    }

    static boolean isPublic(InetAddress address) {
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
