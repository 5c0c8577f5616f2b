package health.salus.smart;

import health.salus.tenant.Tenants;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Answers {@code [base]/.well-known/user-access-brands}: the brands of a tenant, for everybody.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/brands.html">SMART App Launch 2.2, user-access brands</a>
 */
final class BrandFilter extends OncePerRequestFilter {

    /** The path below a FHIR base. */
    static final String PATH = "/.well-known/user-access-brands";

    private final Brands brands;
    private final Tenants tenants;

    BrandFilter(Brands brands, Tenants tenants) {
        this.brands = brands;
        this.tenants = tenants;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().endsWith(PATH);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<BrandBundle> found = RequestTenant.of(request)
                .filter(tenant -> tenants.find(tenant).isPresent())
                .flatMap(brands::of);
        if (found.isEmpty()) {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
            response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        BrandBundle bundle = found.get();
        response.setHeader(HttpHeaders.ETAG, bundle.eTag());
        response.setHeader(HttpHeaders.CACHE_CONTROL, "max-age=300");
        if (isKnown(request.getHeader(HttpHeaders.IF_NONE_MATCH), bundle.eTag())) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType("application/fhir+json");
        response.setContentLength(bundle.json().length);
        response.getOutputStream().write(bundle.json());
    }

    private static boolean isKnown(String header, String eTag) {
        return header != null
                && Arrays.stream(header.split(","))
                        .map(String::strip)
                        .anyMatch(it -> it.equals("*") || it.equals(eTag) || ("W/" + it).equals(eTag));
    }
}
