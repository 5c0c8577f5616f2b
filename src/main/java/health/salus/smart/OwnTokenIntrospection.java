package health.salus.smart;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenIntrospection;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenIntrospectionAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

import java.util.Objects;

/**
 * Tells clients about their own tokens only. A resource server, registered with {@value SmartScopes#INTROSPECT}, is told
 * about all tokens of its tenant. To everybody else a token is inactive, as if it did not exist.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7662#section-2.2">RFC 7662, section 2.2</a>
 */
final class OwnTokenIntrospection implements AuthenticationProvider {

    private final AuthenticationProvider provider;
    private final Clients clients;
    private final Grants grants;

    OwnTokenIntrospection(AuthenticationProvider provider, Clients clients, Grants grants) {
        this.provider = provider;
        this.clients = clients;
        this.grants = grants;
    }

    @Override
    public Authentication authenticate(Authentication authentication) {
        OAuth2TokenIntrospectionAuthenticationToken answer =
                (OAuth2TokenIntrospectionAuthenticationToken) provider.authenticate(authentication);
        OAuth2ClientAuthenticationToken asking = (OAuth2ClientAuthenticationToken) authentication.getPrincipal();
        RegisteredClient client = Objects.requireNonNull(asking.getRegisteredClient());
        OAuth2TokenIntrospection claims = answer.getTokenClaims();
        return !claims.isActive() || (mayKnow(client, claims) && isAlive(answer.getToken()))
                ? answer
                : new OAuth2TokenIntrospectionAuthenticationToken(
                        answer.getToken(),
                        asking,
                        OAuth2TokenIntrospection.builder().build());
    }

    // A tenant that is disabled takes its people and programs with it.
    private boolean isAlive(String token) {
        OAuth2Authorization grant = grants.findByToken(token, null);
        return grant != null && grants.isAlive(grant.getId());
    }

    private boolean mayKnow(RegisteredClient client, OAuth2TokenIntrospection claims) {
        return client.getClientId().equals(claims.getClientId())
                || (client.getScopes().contains(SmartScopes.INTROSPECT)
                        && clients.find(client.getClientId())
                                .filter(it -> it.tenant().value().equals(claims.getClaimAsString(TokenClaims.TENANT)))
                                .isPresent());
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return provider.supports(authentication);
    }
}
