package health.salus.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Gives every request an id, which stands in the {@code X-Request-ID} header of the response and in each line that is
 * logged on the way, and logs one line when it is done. A client may bring its own id.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RequestIdFilter extends OncePerRequestFilter {

    static final String HEADER = "X-Request-ID";

    private static final Logger LOG = LoggerFactory.getLogger("health.salus.access");
    private static final String LOG_FIELD = "requestId";

    // What a client sends ends up in the log, so it must not be able to write lines of its own there.
    private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long start = System.nanoTime();
        String id = id(request);
        response.setHeader(HEADER, id);
        MDC.put(LOG_FIELD, id);
        try {
            chain.doFilter(new IdentifiedRequest(request, id), response);
        } finally {
            log(request, response, start);
            MDC.remove(LOG_FIELD);
        }
    }

    private static String id(HttpServletRequest request) {
        String given = request.getHeader(HEADER);
        return given != null && ACCEPTABLE.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
    }

    private static void log(HttpServletRequest request, HttpServletResponse response, long start) {
        LOG.atInfo()
                .addKeyValue("method", request.getMethod())
                .addKeyValue("route", Route.of(request.getRequestURI()))
                .addKeyValue("status", response.getStatus())
                .addKeyValue("milliseconds", (System.nanoTime() - start) / 1_000_000)
                .log("Answered");
    }

    /** Shows the id to HAPI, which reads it from the request and would make up another one. */
    private static final class IdentifiedRequest extends HttpServletRequestWrapper {

        private final String id;

        IdentifiedRequest(HttpServletRequest request, String id) {
            super(request);
            this.id = id;
        }

        @Override
        public String getHeader(String name) {
            return HEADER.equalsIgnoreCase(name) ? id : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return HEADER.equalsIgnoreCase(name) ? Collections.enumeration(List.of(id)) : super.getHeaders(name);
        }
    }
}
