package health.salus.smart;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.BearerTokenError;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Refuses FHIR requests in the language of FHIR: an OperationOutcome, with the header that RFC 6750 asks for.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-3">RFC 6750, section 3</a>
 */
final class OutcomeResponses implements AuthenticationEntryPoint, AccessDeniedHandler {

    private static final String CHALLENGE = "Bearer realm=\"salus\"";

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception)
            throws IOException {
        if (exception instanceof AuthenticationServiceException) {
            write(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "transient", "The token cannot be checked now");
            return;
        }
        if (exception instanceof OAuth2AuthenticationException refusal
                && refusal.getError() instanceof BearerTokenError error) {
            // Every description is a text of ours or of the library's, none echoes the request.
            response.setHeader(
                    HttpHeaders.WWW_AUTHENTICATE,
                    "%s, error=\"%s\", error_description=\"%s\""
                            .formatted(CHALLENGE, error.getErrorCode(), error.getDescription()));
            int status = error.getHttpStatus().value();
            write(
                    response,
                    status,
                    status == HttpServletResponse.SC_FORBIDDEN ? "forbidden" : "login",
                    "Token refused");
            return;
        }
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
        write(response, HttpServletResponse.SC_UNAUTHORIZED, "login", "An access token is needed");
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException exception)
            throws IOException {
        write(response, HttpServletResponse.SC_FORBIDDEN, "forbidden", "Not allowed");
    }

    private static void write(HttpServletResponse response, int status, String code, String diagnostics)
            throws IOException {
        response.setStatus(status);
        response.setContentType("application/fhir+json");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.getWriter().write("""
                        {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"%s","diagnostics":"%s"}]}
                        """.formatted(code, diagnostics).strip());
    }
}
