package health.salus.plainread;

import health.salus.tenant.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A read or vread that asks for nothing but the resource as JSON.
 *
 * @param tenant  whose resource it is
 * @param type    as the address has it; whether FHIR knows it is not said
 * @param id      of the resource, without its type
 * @param version which version is asked for, or null for the current one
 * @see <a href="https://hl7.org/fhir/R4/http.html#read">FHIR R4, read</a>
 */
record PlainReadRequest(
        TenantId tenant, String type, String id, @Nullable Long version) {

    private static final Pattern PATH = Pattern.compile("/fhir(?:/([a-z][a-z0-9-]{1,31}))?/([A-Z][A-Za-z]{1,40})"
            + "/([A-Za-z0-9.-]{1,64})(?:/_history/([1-9][0-9]{0,17}))?");

    /** What else a header says may change the answer, or whether there is one. */
    private static final Set<String> HEADERS = Set.of(
            "host",
            "connection",
            "content-length",
            "upgrade",
            "http2-settings",
            "user-agent",
            "authorization",
            "accept",
            "accept-encoding",
            "accept-language",
            "x-request-id",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
            "forwarded",
            "traceparent",
            "tracestate");

    private static final Set<String> FHIR_JSON = Set.of("*/*", "application/fhir+json");

    /** Understands a request, or returns nothing if it is another one, or asks for more. */
    static Optional<PlainReadRequest> of(HttpServletRequest request) {
        if (!request.getMethod().equals("GET") || request.getQueryString() != null || !hasPlainHeaders(request)) {
            return Optional.empty();
        }
        Matcher path = PATH.matcher(request.getRequestURI());
        if (!path.matches() || (path.group(1) != null && !isOther(path.group(1)))) {
            return Optional.empty();
        }
        TenantId tenant = TenantId.orDefault(path.group(1));
        Long version = path.group(4) == null ? null : Long.valueOf(path.group(4));
        return Optional.of(new PlainReadRequest(tenant, path.group(2), path.group(3), version));
    }

    // The default tenant has an address without its name; with it, answers name that address.
    private static boolean isOther(String tenant) {
        return TenantId.isValid(tenant) && !tenant.equals(TenantId.DEFAULT.value());
    }

    private static boolean hasPlainHeaders(HttpServletRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return (accept == null || FHIR_JSON.contains(accept))
                && Collections.list(request.getHeaderNames()).stream()
                        .allMatch(name -> HEADERS.contains(name.toLowerCase(Locale.ROOT)))
                && Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION))
                                .size()
                        == 1
                && Collections.list(request.getHeaders(HttpHeaders.ACCEPT)).size() <= 1;
    }
}
