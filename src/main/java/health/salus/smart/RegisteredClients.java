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
                .map(client -> (client.isBackend() ? backend(client) : app(client)).build())
                .orElse(null);
    }

    private static RegisteredClient.Builder app(SmartClient client) {
        return common(client)
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
                .redirectUris(uris -> uris.addAll(client.redirectUris()))
                .tokenSettings(TokenSettings.builder()
                        .accessTokenTimeToLive(APP_TOKEN)
                        .refreshTokenTimeToLive(REFRESH_TOKEN)
                        .reuseRefreshTokens(false)
                        .build());
    }

    private static RegisteredClient.Builder backend(SmartClient client) {
        return common(client)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .tokenSettings(TokenSettings.builder()
                        .accessTokenTimeToLive(BACKEND_TOKEN)
                        .build());
    }

    private static RegisteredClient.Builder common(SmartClient client) {
        RegisteredClient.Builder builder = RegisteredClient.withId(client.id())
                .clientId(client.id())
                .clientName(client.name())
                .scopes(scopes -> scopes.addAll(client.scopes()))
                .clientSettings(ClientSettings.builder()
                        .requireProofKey(true)
                        .requireAuthorizationConsent(client.asksConsent())
                        // Only names the method: which algorithms count is ClientAssertions' business.
                        .tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.RS384)
                        .build());
        return prove(builder, client.proof());
    }

    private static RegisteredClient.Builder prove(RegisteredClient.Builder client, ClientProof proof) {
        if (proof instanceof ClientProof.None) {
            return client.clientAuthenticationMethod(ClientAuthenticationMethod.NONE);
        }
        if (proof instanceof ClientProof.Secret secret) {
            return client.clientSecret(secret.hash())
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST);
        }
        return client.clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
    }
}
