package health.salus.smart;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.context.AuthorizationServerContext;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.DefaultOAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/** Issues a token to a backend service from within, for a person at the console instead of a program with a key. */
@Component
@ConditionalOnEmbeddedIssuer
class BackendTokens {

    // A person copies it by hand, so it outlives the five minutes that a program gets.
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final RegisteredClientRepository clients;
    private final OAuth2TokenGenerator<OAuth2Token> generator;
    private final OAuth2AuthorizationService authorizations;
    private final AuthorizationServerSettings settings;

    BackendTokens(
            RegisteredClientRepository clients,
            OAuth2TokenGenerator<OAuth2Token> generator,
            OAuth2AuthorizationService authorizations,
            AuthorizationServerSettings settings) {
        this.clients = clients;
        this.generator = generator;
        this.authorizations = authorizations;
        this.settings = settings;
    }

    String issue(String clientId, Set<String> scopes) {
        RegisteredClient registered = clients.findByClientId(clientId);
        if (registered == null) {
            throw new IllegalStateException("No such client: " + clientId);
        }
        RegisteredClient client = RegisteredClient.from(registered)
                .tokenSettings(
                        TokenSettings.builder().accessTokenTimeToLive(LIFETIME).build())
                .build();
        Jwt token = (Jwt) Objects.requireNonNull(generator.generate(context(client, scopes)));
        // Kept like any other, so that it can be introspected and revoked.
        authorizations.save(OAuth2Authorization.withRegisteredClient(client)
                .principalName(clientId)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .authorizedScopes(scopes)
                .token(
                        accessToken(token, scopes),
                        metadata -> metadata.put(OAuth2Authorization.Token.CLAIMS_METADATA_NAME, token.getClaims()))
                .build());
        return token.getTokenValue();
    }

    private OAuth2TokenContext context(RegisteredClient client, Set<String> scopes) {
        return DefaultOAuth2TokenContext.builder()
                .registeredClient(client)
                .principal(
                        new OAuth2ClientAuthenticationToken(client, ClientAuthenticationMethod.PRIVATE_KEY_JWT, null))
                .authorizationServerContext(new Here(settings))
                .authorizedScopes(scopes)
                .tokenType(OAuth2TokenType.ACCESS_TOKEN)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .build();
    }

    private static OAuth2AccessToken accessToken(Jwt token, Set<String> scopes) {
        return new OAuth2AccessToken(
                OAuth2AccessToken.TokenType.BEARER,
                token.getTokenValue(),
                token.getIssuedAt(),
                token.getExpiresAt(),
                scopes);
    }

    /** Stands for the request during which a token is usually issued. */
    private record Here(AuthorizationServerSettings settings) implements AuthorizationServerContext {

        @Override
        public String getIssuer() {
            return settings.getIssuer();
        }

        @Override
        public AuthorizationServerSettings getAuthorizationServerSettings() {
            return settings;
        }
    }
}
