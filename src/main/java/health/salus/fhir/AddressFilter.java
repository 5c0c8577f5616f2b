package health.salus.fhir;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Refuses an address that begins with two slashes: the web server takes them for one, and what comes behind it does not. */
final class AddressFilter extends OncePerRequestFilter {

    private static final String REFUSAL = """
            {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid",
             "diagnostics":"The address begins with two slashes; leave one out"}]}
            """;

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!request.getRequestURI().startsWith("//")) {
            chain.doFilter(request, response);
            return;
        }
        response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
        response.setContentType("application/fhir+json");
        response.getOutputStream().write(REFUSAL.getBytes(StandardCharsets.UTF_8));
    }
}
