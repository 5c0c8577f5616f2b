package health.salus.smart;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.web.authentication.AuthenticationConverter;

import java.util.Map;

/**
 * Lets a public client refresh and revoke its own tokens by naming itself.
 *
 * <p>Such a client has no secret to show. The token it hands over is the proof, and both endpoints check that the token
 * was issued to the client that hands it over. To introspect tokens, a name is not enough.
 */
final class PublicClientAuthentication implements AuthenticationConverter, AuthenticationProvider {

    private final RegisteredClientRepository clients;

    PublicClientAuthentication(RegisteredClientRepository clients) {
        this.clients = clients;
    }

    @Override
    public @Nullable Authentication convert(HttpServletRequest request) {
        boolean applies =
                isRefresh(request) || request.getServletPath().equals(AuthorizationServerConfiguration.REVOKE);
        boolean hasOtherCredentials = request.getHeader("Authorization") != null
                || request.getParameter("client_assertion") != null
                || request.getParameter("client_secret") != null;
        String[] ids = request.getParameterValues("client_id");
        return applies && !hasOtherCredentials && ids != null && ids.length == 1 ? new RefreshingClient(ids[0]) : null;
    }

    @Override
    public Authentication authenticate(Authentication authentication) {
        RegisteredClient client =
                clients.findByClientId(authentication.getPrincipal().toString());
        if (client == null || !client.getClientAuthenticationMethods().contains(ClientAuthenticationMethod.NONE)) {
            throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
        }
        return new OAuth2ClientAuthenticationToken(client, ClientAuthenticationMethod.NONE, null);
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return RefreshingClient.class.isAssignableFrom(authentication);
    }

    private static boolean isRefresh(HttpServletRequest request) {
        return request.getServletPath().equals(AuthorizationServerConfiguration.TOKEN)
                && "refresh_token".equals(request.getParameter("grant_type"));
    }

    /** A type of its own, so that the provider for authorization codes, which wants a PKCE verifier, leaves it alone. */
    private static final class RefreshingClient extends OAuth2ClientAuthenticationToken {

        RefreshingClient(String clientId) {
            super(clientId, ClientAuthenticationMethod.NONE, null, Map.of());
        }
    }
}
