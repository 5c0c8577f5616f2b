package health.salus.smart;

import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the provider at which people sign in says that somebody was logged out there. Whoever else comes is refused by the
 * signature of what they bring.
 *
 * @see <a href="https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRequest">OpenID Connect Back-Channel Logout
 *     1.0, section 2.5</a>
 */
@RestController
@ConditionalOnLoginProvider
@AllowedTo(everybody = true)
class BackChannelLogout {

    /** The address to register at the provider. */
    static final String PATH = "/logout/connect/back-channel/provider";

    private static final Logger log = LoggerFactory.getLogger(BackChannelLogout.class);
    private static final String TOKEN = "logout_token";

    private final LogoutTokens tokens;
    private final ProviderSessions sessions;
    private final ApplicationEventPublisher events;

    BackChannelLogout(LogoutTokens tokens, ProviderSessions sessions, ApplicationEventPublisher events) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.events = events;
    }

    /**
     * Takes a logout token and answers 200 once the person is signed out, also if nobody here is meant; 400 if the token is
     * not good, was used before, or cannot be checked.
     */
    @PostMapping(path = PATH, consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    ResponseEntity<Map<String, String>> receive(HttpServletRequest request) {
        Optional<LogoutToken> token;
        try {
            token = sent(request).map(tokens::check);
        } catch (BadJwtException e) {
            return refuse("bad-logout-token", "The logout token is not good");
        } catch (JwtException | JwtDecoderInitializationException e) {
            log.warn("The keys of the login provider cannot be fetched, so a logout was not obeyed");
            return refuse("provider-unavailable", "The keys of the provider cannot be fetched");
        }
        return token.map(this::obey).orElseGet(() -> refuse("no-logout-token", "The form must have one " + TOKEN));
    }

    private ResponseEntity<Map<String, String>> obey(LogoutToken token) {
        Optional<List<String>> ended = sessions.end(token);
        if (ended.isEmpty()) {
            return refuse("used-logout-token", "The logout token was used before");
        }
        String who = ended.get().isEmpty() ? null : String.join(" ", ended.get());
        events.publishEvent(new ProviderLogoutReceived(who, null));
        return answer(200, Map.of());
    }

    private ResponseEntity<Map<String, String>> refuse(String code, String reason) {
        events.publishEvent(new ProviderLogoutReceived(null, code));
        return answer(400, Map.of("error", "invalid_request", "error_description", reason));
    }

    private static ResponseEntity<Map<String, String>> answer(int status, Map<String, String> body) {
        return ResponseEntity.status(status)
                .cacheControl(CacheControl.noStore())
                .body(body);
    }

    // What stands in an address gets into logs on its way.
    private static Optional<String> sent(HttpServletRequest request) {
        String[] values = request.getParameterValues(TOKEN);
        return request.getQueryString() == null && values != null && values.length == 1
                ? Optional.of(values[0])
                : Optional.empty();
    }
}
