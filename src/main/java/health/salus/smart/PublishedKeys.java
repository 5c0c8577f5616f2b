package health.salus.smart;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.Resource;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.net.HttpURLConnection;
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
                && Arrays.stream(InetAddress.getAllByName(url.getHost())).allMatch(PublicAddresses::contain);
        if (!isPublic) {
            throw new IOException("Keys are fetched by https and from public addresses only");
        }
    }
}
