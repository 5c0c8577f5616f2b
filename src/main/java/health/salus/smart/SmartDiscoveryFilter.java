package health.salus.smart;

import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClientException;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Answers {@code [base]/.well-known/smart-configuration}.
 *
 * <p>The address lies inside the FHIR API, whose servlet would take it for a resource; a filter comes before any servlet.
 */
final class SmartDiscoveryFilter extends OncePerRequestFilter {

    private static final Logger log = LoggerFactory.getLogger(SmartDiscoveryFilter.class);

    private final SmartDiscovery discovery;
    private final Brands brands;
    private final FhirBases bases;
    private final Tenants tenants;
    private final ObjectMapper json;

    SmartDiscoveryFilter(SmartDiscovery discovery, Brands brands, FhirBases bases, Tenants tenants, ObjectMapper json) {
        this.discovery = discovery;
        this.brands = brands;
        this.bases = bases;
        this.tenants = tenants;
        this.json = json;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        Optional<TenantId> tenant =
                RequestTenant.of(request).filter(it -> tenants.find(it).isPresent());
        if (tenant.isEmpty()) {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        try {
            Map<String, Object> document = discovery.document(bases.of(tenant.get()), brands.of(tenant.get()));
            response.setContentType(MediaType.APPLICATION_JSON_VALUE);
            response.setHeader(HttpHeaders.CACHE_CONTROL, "max-age=300");
            json.writeValue(response.getOutputStream(), document);
        } catch (RestClientException | IllegalStateException e) {
            log.warn("The issuer cannot be asked for its endpoints: {}", e.getMessage());
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
    }
}
