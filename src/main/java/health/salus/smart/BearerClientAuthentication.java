package health.salus.smart;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.web.authentication.AuthenticationConverter;

import java.util.Map;

/**
 * Lets a client introspect tokens by showing an access token of its own.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/token-introspection.html">SMART App Launch 2.2, token
 *     introspection</a>
 */
final class BearerClientAuthentication implements AuthenticationConverter, AuthenticationProvider {

    private static final String SCHEME = "Bearer ";
    private static final ClientAuthenticationMethod METHOD = new ClientAuthenticationMethod("bearer");

    private final RegisteredClientRepository clients;
    private final JwtDecoder accessTokens;

    BearerClientAuthentication(RegisteredClientRepository clients, JwtDecoder accessTokens) {
        this.clients = clients;
        this.accessTokens = accessTokens;
    }

    @Override
    public @Nullable Authentication convert(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        boolean applies = request.getServletPath().equals(AuthorizationServerConfiguration.INTROSPECT)
                && header != null
                && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return applies ? new BearerClient(header.substring(SCHEME.length()).trim()) : null;
    }

    @Override
    public Authentication authenticate(Authentication authentication) {
        RegisteredClient client =
                clients.findByClientId(clientOf(authentication.getCredentials().toString()));
        if (client == null) {
            throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
        }
        return new OAuth2ClientAuthenticationToken(client, METHOD, null);
    }

    private String clientOf(String token) {
        try {
            return String.valueOf(accessTokens.decode(token).getClaimAsString(TokenClaims.CLIENT_ID));
        } catch (JwtException e) {
            throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
        }
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return BearerClient.class.isAssignableFrom(authentication);
    }

    /** A type of its own, so that no other provider takes the token for a secret. */
    private static final class BearerClient extends OAuth2ClientAuthenticationToken {

        BearerClient(String token) {
            super(METHOD.getValue(), METHOD, token, Map.of());
        }
    }
}
