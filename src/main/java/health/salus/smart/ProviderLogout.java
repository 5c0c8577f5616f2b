package health.salus.smart;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.logout.LogoutHandler;
import org.springframework.security.web.authentication.logout.LogoutSuccessHandler;
import org.springframework.web.util.UriComponentsBuilder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Ends the session at the provider with the one here, for those who came from there: otherwise the next click would sign them
 * in again.
 *
 * @see <a href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html">OpenID Connect RP-Initiated Logout 1.0</a>
 */
final class ProviderLogout implements LogoutHandler, LogoutSuccessHandler {

    private static final String ID_TOKEN = ProviderLogout.class.getName() + ".idToken";
    private static final String LOGIN = "/login";

    private final LoginProvider provider;
    private final FhirBases bases;

    ProviderLogout(LoginProvider provider, FhirBases bases) {
        this.provider = provider;
        this.bases = bases;
    }

    /** Keeps in the session what the provider wants to see at the logout. */
    static void remember(HttpServletRequest request, ProviderPerson person) {
        request.getSession().setAttribute(ID_TOKEN, person.getIdToken().getTokenValue());
    }

    /** Called while the session is still there. */
    @Override
    public void logout(HttpServletRequest request, HttpServletResponse response, @Nullable Authentication person) {
        HttpSession session = request.getSession(false);
        if (session != null) {
            request.setAttribute(ID_TOKEN, session.getAttribute(ID_TOKEN));
        }
    }

    /** Tells whether the session that has just ended had begun at the provider. */
    boolean concerns(HttpServletRequest request) {
        return request.getAttribute(ID_TOKEN) != null;
    }

    /** Sends the person to the provider, or to the login page if the provider has no logout. */
    @Override
    public void onLogoutSuccess(
            HttpServletRequest request, HttpServletResponse response, @Nullable Authentication person)
            throws IOException {
        String token = (String) request.getAttribute(ID_TOKEN);
        response.sendRedirect(provider.logout()
                .map(address -> UriComponentsBuilder.fromUri(address)
                        .queryParam("id_token_hint", "{token}")
                        .queryParam("post_logout_redirect_uri", "{back}")
                        .encode(StandardCharsets.UTF_8)
                        .buildAndExpand(token, bases.at(LOGIN))
                        .toUriString())
                .orElse(LOGIN + "?logout"));
    }
}
