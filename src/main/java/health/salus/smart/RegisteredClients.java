package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.stereotype.Component;

import java.time.Duration;

/** Shows our clients to Spring Authorization Server in the form it knows. */
@Component
@ConditionalOnEmbeddedIssuer
class RegisteredClients implements RegisteredClientRepository {

    private static final Duration APP_TOKEN = Duration.ofHours(1);
    private static final Duration REFRESH_TOKEN = Duration.ofDays(30);
    // SMART Backend Services asks for no more, since the client can have a new one whenever it likes.
    private static final Duration BACKEND_TOKEN = Duration.ofMinutes(5);

    private final Clients clients;

    RegisteredClients(Clients clients) {
        this.clients = clients;
    }

    @Override
    public void save(RegisteredClient registeredClient) {
        throw new UnsupportedOperationException("Clients are kept by Clients");
    }

    @Override
    public @Nullable RegisteredClient findById(String id) {
        return findByClientId(id);
    }

    @Override
    public @Nullable RegisteredClient findByClientId(String clientId) {
        return clients.find(clientId)
                .map(client -> client.isBackend() ? backend(client) : app(client))
                .orElse(null);
    }

    private static RegisteredClient app(SmartClient client) {
        return common(client)
                .clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
                .redirectUris(uris -> uris.addAll(client.redirectUris()))
                .clientSettings(ClientSettings.builder()
                        .requireProofKey(true)
                        .requireAuthorizationConsent(false)
                        .build())
                .tokenSettings(TokenSettings.builder()
                        .accessTokenTimeToLive(APP_TOKEN)
                        .refreshTokenTimeToLive(REFRESH_TOKEN)
                        .reuseRefreshTokens(false)
                        .build())
                .build();
    }

    private static RegisteredClient backend(SmartClient client) {
        return common(client)
                .clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .clientSettings(ClientSettings.builder()
                        // Only names the method: which algorithms count is ClientAssertions' business.
                        .tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.RS384)
                        .build())
                .tokenSettings(TokenSettings.builder()
                        .accessTokenTimeToLive(BACKEND_TOKEN)
                        .build())
                .build();
    }

    private static RegisteredClient.Builder common(SmartClient client) {
        return RegisteredClient.withId(client.id())
                .clientId(client.id())
                .clientName(client.name())
                .scopes(scopes -> scopes.addAll(client.scopes()));
    }
}
