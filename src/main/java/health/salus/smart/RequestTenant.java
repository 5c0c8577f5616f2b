package health.salus.smart;

import health.salus.tenant.TenantId;
import jakarta.servlet.http.HttpServletRequest;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads from the address of a request whose data it is about. */
final class RequestTenant {

    private static final Pattern FHIR = Pattern.compile("/fhir(?:/([^/]*)(?:/.*)?)?");

    private RequestTenant() {}

    /** Returns the tenant, or nothing if the address is written so that two readers could understand it differently. */
    static Optional<TenantId> of(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        Matcher matcher = FHIR.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String first = matcher.group(1) == null ? "" : matcher.group(1);
        // No tenant, resource type or operation is ever written with an escape, but one could hide behind it.
        if (first.indexOf('%') >= 0) {
            return Optional.empty();
        }
        return Optional.of(TenantId.isValid(first) ? new TenantId(first) : TenantId.DEFAULT);
    }
}
