package health.salus.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.tenant.ITenantIdentificationStrategy;
import ca.uhn.fhir.util.UrlPathTokenizer;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.springframework.stereotype.Component;

/**
 * Reads the tenant from the URL: {@code /fhir/Patient} is the default tenant's, {@code /fhir/{tenant}/Patient}
 * another's. The two cannot be confused, since a tenant id begins with a lower-case letter.
 *
 * <p>A request to the default tenant carries no tenant id, because HAPI expects the id of every other one in the path.
 */
@Component
final class TenantUrlStrategy implements ITenantIdentificationStrategy {

    private final Tenants tenants;

    TenantUrlStrategy(Tenants tenants) {
        this.tenants = tenants;
    }

    @Override
    public void extractTenant(UrlPathTokenizer path, RequestDetails request) {
        String first = path.hasMoreTokens() ? path.peek() : "";
        if (!TenantId.isValid(first)) {
            return;
        }
        if (tenants.find(new TenantId(first)).isEmpty()) {
            throw new ResourceNotFoundException("Unknown tenant");
        }
        path.nextTokenUnescapedAndSanitized();
        request.setTenantId(first);
    }

    @Override
    public String massageServerBaseUrl(String base, RequestDetails request) {
        return request.getTenantId() == null ? base : base + "/" + request.getTenantId();
    }

    /** Puts the tenant of a batch in front of its entries' URLs, so that no entry leaves the tenant. */
    @Override
    public String resolveRelativeUrl(String url, RequestDetails request) {
        String tenant = request.getTenantId();
        return tenant == null || url.startsWith(tenant + "/") ? url : tenant + "/" + url;
    }
}
