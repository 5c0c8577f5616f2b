package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.PayloadTooLargeException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

/** Ends the reading of a request body that is larger than the server takes, before it fills the memory. */
final class RequestLimitFilter extends OncePerRequestFilter {

    private static final String RAW_LIMIT = RequestLimitFilter.class.getName();

    private final long limit;

    RequestLimitFilter(long limit) {
        this.limit = limit;
    }

    /** Lets a body be larger that is content in its own type and goes straight to the blob store. */
    static void allow(HttpServletRequest request, long rawLimit) {
        request.setAttribute(RAW_LIMIT, rawLimit);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(new LimitedRequest(request), response);
    }

    private static PayloadTooLargeException tooLarge(long limit, boolean raw) {
        return new PayloadTooLargeException("The request body is larger than the " + limit
                + " bytes that this server takes (salus.fhir." + (raw ? "max-raw-binary)" : "max-request-size)"));
    }

    private final class LimitedRequest extends HttpServletRequestWrapper {

        LimitedRequest(HttpServletRequest request) {
            super(request);
        }

        // HAPI reads the body here, so that what is thrown becomes an OperationOutcome.
        @Override
        public ServletInputStream getInputStream() throws IOException {
            boolean raw = getAttribute(RAW_LIMIT) != null;
            long most = raw ? (long) getAttribute(RAW_LIMIT) : limit;
            if (getContentLengthLong() > most) {
                throw tooLarge(most, raw);
            }
            String type = getContentType();
            boolean json = !raw && type != null && type.toLowerCase(Locale.ROOT).contains("json");
            return new LimitedStream(decoded(super.getInputStream()), json, () -> tooLarge(most, raw), most);
        }

        private InputStream decoded(InputStream body) throws IOException {
            String encoding = getHeader(HttpHeaders.CONTENT_ENCODING);
            if (encoding == null || encoding.equalsIgnoreCase("identity")) {
                return body;
            }
            if (encoding.equalsIgnoreCase("gzip")) {
                return new GZIPInputStream(body);
            }
            throw new UnclassifiedServerFailureException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE.value(), "Send the body plain or as 'Content-Encoding: gzip'");
        }
    }

    /** Counts what comes out of the compression: a small body may grow a thousandfold. */
    private static final class LimitedStream extends ServletInputStream {

        private final InputStream body;
        private final boolean json;
        private final Supplier<PayloadTooLargeException> tooLarge;
        private final long most;
        private final JsonNumberGuard numbers = new JsonNumberGuard();
        private long read;
        private boolean finished;

        LimitedStream(InputStream body, boolean json, Supplier<PayloadTooLargeException> tooLarge, long most) {
            this.body = body;
            this.json = json;
            this.tooLarge = tooLarge;
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            int value = body.read();
            count(value < 0 ? -1 : 1);
            if (json) {
                numbers.next(value);
            }
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = body.read(buffer, offset, length);
            count(count);
            for (int i = 0; json && i < count; i++) {
                numbers.next(buffer[offset + i]);
            }
            return count;
        }

        private void count(int bytes) {
            finished = bytes < 0;
            read += Math.max(bytes, 0);
            if (read > most) {
                throw tooLarge.get();
            }
        }

        @Override
        public boolean isFinished() {
            return finished;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException("FHIR requests are read by the thread that answers them");
        }
    }
}
