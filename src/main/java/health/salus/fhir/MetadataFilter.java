package health.salus.fhir;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Answers {@code GET metadata} in JSON from memory. HAPI writes its nearly two megabytes anew for each request.
 *
 * @see <a href="https://hl7.org/fhir/R4/http.html#capabilities">FHIR R4, capabilities</a>
 */
final class MetadataFilter extends OncePerRequestFilter {

    private static final Pattern PATH =
            Pattern.compile(FhirServletConfiguration.PATH + "(/[a-z][a-z0-9-]{1,31})?/metadata");
    private static final Set<String> FHIR_JSON = Set.of("*/*", "application/fhir+json");

    private final Supplier<?> version;
    private final Map<String, KeptAnswer> answers = new ConcurrentHashMap<>();

    /** Takes what gives another object as soon as the statement may say something else. */
    MetadataFilter(Supplier<?> version) {
        this.version = version;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return !request.getMethod().equals("GET")
                || request.getQueryString() != null
                || !PATH.matcher(request.getRequestURI()).matches()
                || (accept != null && !FHIR_JSON.contains(accept));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        KeptAnswer answer = kept(request);
        if (answer == null) {
            answer = ask(request, response, chain);
        }
        if (answer != null) {
            answer.write(request, response);
        }
    }

    private @Nullable KeptAnswer kept(HttpServletRequest request) {
        KeptAnswer answer = answers.get(key(request));
        return answer != null && answer.isCurrent(version.get()) ? answer : null;
    }

    /** Lets HAPI answer, one request at a time; returns nothing if what it answered is no statement and is on its way. */
    private synchronized @Nullable KeptAnswer ask(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        KeptAnswer answer = kept(request);
        if (answer != null) {
            return answer;
        }
        Object current = version.get();
        Set<String> before = Set.copyOf(response.getHeaderNames());
        ContentCachingResponseWrapper copy = new ContentCachingResponseWrapper(response);
        chain.doFilter(new Fresh(request), copy);
        if (copy.getStatus() != HttpServletResponse.SC_OK) {
            copy.copyBodyToResponse();
            return null;
        }
        answer = KeptAnswer.of(copy, before, current);
        answers.put(key(request), answer);
        return answer;
    }

    // Tenants that do not exist are answered 404 and never kept, so there are as many keys as tenants, twice.
    private static String key(HttpServletRequest request) {
        String encodings = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        return request.getRequestURI() + (encodings != null && encodings.contains("gzip") ? " gzip" : "");
    }

    /** Asks for a new statement; the one that HAPI remembers may be a minute behind. */
    private static final class Fresh extends HttpServletRequestWrapper {

        Fresh(HttpServletRequest request) {
            super(request);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return HttpHeaders.CACHE_CONTROL.equalsIgnoreCase(name)
                    ? Collections.enumeration(List.of("no-cache"))
                    : super.getHeaders(name);
        }
    }
}
