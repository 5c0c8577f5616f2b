package health.salus.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Refuses addresses that would only fail later, each part of the server in its own way. It stands behind the filters that
 * name and record a request, so that these are recorded too, and before all that reads it.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
final class AddressFilter extends OncePerRequestFilter {

    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final Pattern STEP = Pattern.compile("/(\\.|%2[eE]){1,2}(;[^/]*)?(/|$)");
    private static final String REFUSAL = """
            {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid","diagnostics":"%s"}]}
            """;

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<String> problem = problem(request);
        if (problem.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
        response.setContentType("application/fhir+json");
        response.getOutputStream().write(REFUSAL.formatted(problem.get()).getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> problem(HttpServletRequest request) {
        String query = Optional.ofNullable(request.getQueryString()).orElse("");
        // The web server takes two slashes for one, and what comes behind it does not.
        if (request.getRequestURI().startsWith("//")) {
            return Optional.of("The address begins with two slashes; leave one out");
        }
        // The parts of the server do not agree where such a step leads to.
        if (STEP.matcher(request.getRequestURI()).find()) {
            return Optional.of("The address has a step . or .. in it; write where it leads to");
        }
        if (BROKEN_ESCAPE.matcher(query).find()) {
            return Optional.of(
                    "A % in the address is not followed by two hexadecimal digits; write %25 for the sign itself");
        }
        // The database cannot hold the character NUL, so that nothing can be found by it.
        return query.contains("%00") ? Optional.of("The address contains the character NUL") : Optional.empty();
    }
}
