package health.salus.smart;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.MediaType;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers a login at the provider that has come to nothing: with a page that says what to do, and nothing of what the provider
 * or the address of the request said, which anybody may have written.
 */
final class ProviderFailures implements AuthenticationFailureHandler {

    private static final Logger log = LoggerFactory.getLogger(ProviderFailures.class);

    private final ApplicationEventPublisher events;
    private final LoginProvider provider;

    ProviderFailures(ApplicationEventPublisher events, LoginProvider provider) {
        this.events = events;
        this.provider = provider;
    }

    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        ProviderRefusal refusal = refusal(failure);
        ProviderRefusal.Reason reason = refusal.reason();
        log.info("A login at the provider was refused: {}", reason.code());
        events.publishEvent(new ProviderLoginRefused(reason.code(), refusal.who()));
        response.setStatus(reason.status());
        response.setContentType(MediaType.TEXT_HTML_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.getWriter().write(page(refusal));
    }

    private String page(ProviderRefusal refusal) {
        String named = Optional.ofNullable(refusal.who())
                .filter(who -> refusal.reason() != ProviderRefusal.Reason.LOCKED)
                .map(who -> "<p>Tell them this name: <code>%s</code></p>\n".formatted(Page.escape(who)))
                .orElse("");
        return Page.of("You are not signed in", """
                <p>You came from %s. %s</p>
                %s<p><a href="/login">Sign in another way</a></p>
                """.formatted(
                Page.escape(provider.name()), Page.escape(refusal.reason().text()), named));
    }

    private static ProviderRefusal refusal(AuthenticationException failure) {
        return causes(failure)
                .filter(ProviderRefusal.class::isInstance)
                .map(ProviderRefusal.class::cast)
                .findFirst()
                .orElseGet(() -> new ProviderRefusal(reason(failure), null, failure));
    }

    private static ProviderRefusal.Reason reason(AuthenticationException failure) {
        if (causes(failure).anyMatch(ProviderFailures::isSilence)) {
            return ProviderRefusal.Reason.UNAVAILABLE;
        }
        String code = failure instanceof OAuth2AuthenticationException refused
                ? refused.getError().getErrorCode()
                : "";
        return switch (code) {
            case "access_denied" -> ProviderRefusal.Reason.DENIED;
            case "authorization_request_not_found", "invalid_state_parameter" ->
                ProviderRefusal.Reason.NOT_STARTED_HERE;
            case "invalid_id_token", "invalid_nonce" -> ProviderRefusal.Reason.BAD_ID_TOKEN;
            default -> ProviderRefusal.Reason.FAILED;
        };
    }

    // Keys that cannot be fetched look like a token that cannot be read, but for the class of the exception.
    private static boolean isSilence(Throwable cause) {
        return cause instanceof ResourceAccessException
                || cause instanceof HttpServerErrorException
                || (cause instanceof JwtException && !(cause instanceof BadJwtException));
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, it -> it != null && it.getCause() != it, Throwable::getCause);
    }
}
