package health.salus.bulk;

import health.salus.smart.PublicAddresses;
import org.springframework.stereotype.Component;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * Fetches the inputs of imports from other servers: from those that the operator has named, and from no place that only this
 * server can reach.
 *
 * <p>Java remembers for some seconds what a name stood for, so it connects to the address that was looked at here.
 */
@Component
class RemoteInputs {

    private static final int MOST_REDIRECTS = 3;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final BulkSettings settings;

    RemoteInputs(BulkSettings settings) {
        this.settings = settings;
    }

    /** Tells whether files may be fetched from this address; whether anybody is there is not looked at. */
    boolean mayBeAt(URI address) {
        return address.getHost() != null
                && address.getUserInfo() == null
                && (isInternal(address)
                        || ("https".equals(address.getScheme())
                                && settings.importHosts().contains(address.getAuthority())));
    }

    /**
     * Opens what is at an address, unpacked; reading ends with {@link Refused} where it grows too large.
     *
     * @throws Refused     if it may not be fetched
     * @throws IOException if its server does not give it
     */
    InputStream open(String url) throws IOException {
        URI address = URI.create(url);
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpURLConnection connection = connect(address);
            int status = connection.getResponseCode();
            if (status == HttpURLConnection.HTTP_OK) {
                return content(connection);
            }
            String location = connection.getHeaderField("Location");
            connection.disconnect();
            if (!REDIRECTS.contains(status) || location == null) {
                throw new Refused("its server answers " + status);
            }
            address = redirected(address, location);
        }
        throw new Refused("it is redirected too often");
    }

    private HttpURLConnection connect(URI address) throws IOException {
        if (!mayBeAt(address)) {
            throw new Refused("its server is not among salus.bulk.import-hosts");
        }
        if (!isInternal(address)
                && !Arrays.stream(InetAddress.getAllByName(address.getHost())).allMatch(PublicAddresses::contain)) {
            throw new Refused("its server is not a public one");
        }
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        // Each step has to pass the check.
        connection.setInstanceFollowRedirects(false);
        int timeout = Math.toIntExact(settings.fetchTimeout().toMillis());
        connection.setConnectTimeout(timeout);
        connection.setReadTimeout(timeout);
        connection.setRequestProperty("Accept", "application/fhir+ndjson, application/ndjson");
        connection.setRequestProperty("Accept-Encoding", "gzip");
        return connection;
    }

    private InputStream content(HttpURLConnection connection) throws IOException {
        InputStream body = connection.getInputStream();
        boolean zipped = "gzip".equalsIgnoreCase(connection.getContentEncoding());
        return new Limited(
                zipped ? new GZIPInputStream(body) : body,
                settings.largestInput().toBytes());
    }

    private boolean isInternal(URI address) {
        return settings.internalImportHosts().contains(address.getAuthority())
                && Set.of("http", "https").contains(address.getScheme());
    }

    private static URI redirected(URI address, String location) throws Refused {
        try {
            return address.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new Refused("it is redirected to no address");
        }
    }

    /** Thrown with a reason that the client may know. */
    static final class Refused extends IOException {

        private static final long serialVersionUID = 1;

        private final String reason;

        Refused(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /** Counts what comes out of the compression: a small body may grow a thousandfold. */
    private static final class Limited extends FilterInputStream {

        private long left;

        Limited(InputStream body, long most) {
            super(body);
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            count(Math.max(count, 0));
            return count;
        }

        private void count(int bytes) throws Refused {
            left -= bytes;
            if (left < 0) {
                throw new Refused("it is larger than salus.bulk.largest-input");
            }
        }
    }
}
