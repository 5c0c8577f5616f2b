package health.salus.audit;

import health.salus.tenant.Tenants;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Lets no answer leave before its record is on disk, whoever gives the answer: the login, a refusal of the security chain,
 * HAPI, or a handler.
 */
final class AuditFilter extends OncePerRequestFilter {

    private static final String REQUEST_ID = "X-Request-ID";
    private static final Set<String> PAGES =
            Set.of("/", "/index.html", "/favicon.ico", "/favicon.svg", "/default-ui.css");

    // What steps back, or is written with escapes or parameters, may lead elsewhere than it begins.
    private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*+/?");

    private final AuditTrail trail;
    private final Tenants tenants;

    AuditFilter(AuditTrail trail, Tenants tenants) {
        this.trail = trail;
        this.tenants = tenants;
    }

    // Files of the jar tell nothing of anybody, and the management port is for the machines of the operator.
    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getRequestURI();
        boolean fetches =
                request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        return fetches
                && PLAIN.matcher(path).matches()
                && (PAGES.contains(path) || path.startsWith("/ui/") || path.startsWith("/actuator/"));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String id = Optional.ofNullable(response.getHeader(REQUEST_ID))
                .orElseGet(() -> UUID.randomUUID().toString());
        RequestAudit audit = RequestAudit.begin(request, id);
        AuditedResponse audited = new AuditedResponse(
                response,
                status -> {
                    nameTenant(audit, request);
                    ClaimedClient.of(request).ifPresent(audit::claimedBy);
                    trail.record(audit.entry(status));
                },
                RequestWords.isFhir(request));
        RequestWords.target(request).ifPresent(audit::target);
        try {
            chain.doFilter(request, audited);
        } catch (IOException | ServletException | RuntimeException | Error failure) {
            audited.fail(failure);
            throw failure;
        }
        audited.finish();
    }

    // Only at the end, when a caller whose token names the tenant is known; and a name that nobody has is no tenant.
    private void nameTenant(RequestAudit audit, HttpServletRequest request) {
        if (!audit.hasTenant()) {
            try {
                RequestWords.tenant(request)
                        .filter(it -> tenants.find(it).isPresent())
                        .ifPresent(audit::tenant);
            } catch (RuntimeException databaseAway) {
                // Then the record cannot be written either, and that is answered.
                audit.ended(AuditOutcome.FAILED, "");
            }
        }
    }
}
