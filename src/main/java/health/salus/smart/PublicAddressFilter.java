package health.salus.smart;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.net.URI;

/**
 * Makes a request look as its sender sees it, behind a proxy that ends the TLS: redirects lead to the public address, and
 * browsers are told to stay with TLS. The address is the setting and never a header, which anybody can send.
 */
final class PublicAddressFilter extends OncePerRequestFilter {

    private static final int HTTPS = 443;

    private final URI address;

    PublicAddressFilter(FhirBases bases) {
        this.address = URI.create(bases.publicUrl());
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !"https".equals(address.getScheme());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(new PublicRequest(request, address), response);
    }

    private static final class PublicRequest extends HttpServletRequestWrapper {

        private final URI address;

        PublicRequest(HttpServletRequest request, URI address) {
            super(request);
            this.address = address;
        }

        @Override
        public String getScheme() {
            return address.getScheme();
        }

        @Override
        public boolean isSecure() {
            return true;
        }

        @Override
        public String getServerName() {
            return address.getHost();
        }

        @Override
        public int getServerPort() {
            return address.getPort() < 0 ? HTTPS : address.getPort();
        }

        @Override
        public StringBuffer getRequestURL() {
            return new StringBuffer("https://")
                    .append(address.getRawAuthority())
                    .append(getRequestURI());
        }
    }
}
