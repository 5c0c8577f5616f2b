package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenValidator;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * The provider at which people sign in, as Spring Security's login has to know it. It is asked where its endpoints are when
 * somebody signs in, so that this server starts without it.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth">OpenID Connect Core 1.0, section 3.1</a>
 */
@Component
@ConditionalOnLoginProvider
class LoginProvider implements ClientRegistrationRepository, JwtDecoderFactory<ClientRegistration> {

    /** Where a person starts to sign in at the provider. */
    static final String START = "/oauth2/authorization/provider";

    /** Where the provider sends people back to. */
    static final String BACK = "/login/oauth2/code/provider";

    private static final String ID = "provider";

    private final LoginSettings settings;
    private final FhirBases bases;
    private final ExternalIssuer issuer;

    LoginProvider(LoginSettings settings, FhirBases bases) {
        this.settings = settings;
        this.bases = bases;
        this.issuer = new ExternalIssuer(Objects.requireNonNull(settings.issuer()));
    }

    String name() {
        return settings.name();
    }

    ExternalIssuer issuer() {
        return issuer;
    }

    /** Returns what this server is called at the provider. */
    String clientId() {
        return settings.clientId();
    }

    /**
     * Returns how this server is registered at the provider; the address to come back to is that of the setting, whatever
     * host a request names.
     *
     * @throws ProviderRefusal if the provider does not say where its endpoints are
     */
    @Override
    public @Nullable ClientRegistration findByRegistrationId(String id) {
        if (!id.equals(ID)) {
            return null;
        }
        ExternalIssuer.Metadata metadata = metadata();
        return ClientRegistration.withRegistrationId(ID)
                .clientName(settings.name())
                .clientId(settings.clientId())
                .clientSecret(settings.clientSecret())
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .clientSettings(ClientRegistration.ClientSettings.builder()
                        .requireProofKey(true)
                        .build())
                .scope(SmartScopes.OPENID, "profile")
                .redirectUri(bases.at(BACK))
                .issuerUri(issuer.id())
                .authorizationUri(metadata.authorize())
                .tokenUri(metadata.token())
                .jwkSetUri(metadata.keys())
                .build();
    }

    /** Returns what checks an ID token: signature, issuer, audience, times; the nonce is compared by the caller. */
    @Override
    public JwtDecoder createDecoder(ClientRegistration registration) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(
                        registration.getProviderDetails().getJwkSetUri())
                .restOperations(issuer.http())
                .jwsAlgorithms(algorithms -> algorithms.addAll(AccessTokenConfiguration.ALGORITHMS))
                .build();
        decoder.setJwtValidator(new OidcIdTokenValidator(registration));
        return decoder;
    }

    /** Returns what exchanges a code for an ID token, and gives up soon. */
    OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> tokens() {
        RestClientAuthorizationCodeTokenResponseClient tokens = new RestClientAuthorizationCodeTokenResponseClient();
        tokens.setRestClient(RestClient.builder()
                .requestFactory(issuer.http().getRequestFactory())
                .messageConverters(converters -> {
                    converters.clear();
                    converters.add(new FormHttpMessageConverter());
                    converters.add(new OAuth2AccessTokenResponseHttpMessageConverter());
                })
                .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
                .build());
        return tokens;
    }

    /** Returns where people end their session at the provider, or nothing if it has no such place or does not answer. */
    Optional<URI> logout() {
        try {
            return Optional.ofNullable(metadata().logout()).map(URI::create);
        } catch (ProviderRefusal | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private ExternalIssuer.Metadata metadata() {
        try {
            return issuer.metadata();
        } catch (RestClientException | IllegalStateException e) {
            throw new ProviderRefusal(ProviderRefusal.Reason.UNAVAILABLE, null, e);
        }
    }
}
