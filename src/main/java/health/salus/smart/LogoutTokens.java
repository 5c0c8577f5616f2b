package health.salus.smart;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.stereotype.Component;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells whether a logout token comes from the provider and is meant for this server.
 *
 * @see <a href="https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation">OpenID Connect Back-Channel Logout
 *     1.0, section 2.6</a>
 */
@Component
@ConditionalOnLoginProvider
class LogoutTokens {

    /** How far the clock of the provider may be off. */
    static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final String EVENTS = "events";
    private static final String SESSION = "sid";
    // Keycloak's own word, set by a switch of the client; no other provider has one.
    private static final String OFFLINE_TOO = "revoke_offline_access";

    // Used tokens are remembered for as long; providers give them about two minutes.
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int LONGEST_NAME = 255;

    private static final JOSEObjectType LOGOUT_TOKEN = new JOSEObjectType("logout+jwt");
    private static final Set<JWSAlgorithm> ALGORITHMS = AccessTokenConfiguration.ALGORITHMS.stream()
            .map(it -> JWSAlgorithm.parse(it.getName()))
            .collect(Collectors.toUnmodifiableSet());
    private static final ResourceRetriever CONNECTIONS = new DefaultResourceRetriever(5_000, 5_000, 64 * 1024);

    private final LoginProvider provider;
    private final JwtDecoder decoder;

    LogoutTokens(LoginProvider provider) {
        this.provider = provider;
        this.decoder = new ForeignTokens(provider.issuer(), this::decoder);
    }

    /**
     * Returns what a token says.
     *
     * @throws BadJwtException                   if it is not a good one
     * @throws JwtException                      if the keys of the provider cannot be fetched
     * @throws JwtDecoderInitializationException if the provider does not say where they are
     */
    LogoutToken check(String token) {
        Jwt checked = decoder.decode(token);
        Map<String, Object> events = Objects.requireNonNull(checked.getClaimAsMap(EVENTS));
        return new LogoutToken(
                checked.getId(),
                Objects.requireNonNull(checked.getExpiresAt()),
                checked.getSubject(),
                checked.getClaimAsString(SESSION),
                Boolean.TRUE.equals(events.get(OFFLINE_TOO)));
    }

    // Anybody may send a token that names a key, so the keys are kept and not asked for at each new name.
    private JwtDecoder decoder(String keys) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(ALGORITHMS, ClientKeys.at(URI.create(keys), CONNECTIONS)));
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(LOGOUT_TOKEN, JOSEObjectType.JWT, null));
        processor.setJWTClaimsSetVerifier(verifier());
        NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(token -> problem(token, Instant.now())
                .map(problem -> OAuth2TokenValidatorResult.failure(
                        new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST, problem, null)))
                .orElseGet(OAuth2TokenValidatorResult::success));
        return decoder;
    }

    private DefaultJWTClaimsVerifier<SecurityContext> verifier() {
        DefaultJWTClaimsVerifier<SecurityContext> verifier = new DefaultJWTClaimsVerifier<>(
                // It is asked whether it holds null, which Set.of does not bear.
                Collections.singleton(provider.clientId()),
                new JWTClaimsSet.Builder().issuer(provider.issuer().id()).build(),
                Set.of("iat", "exp", "jti", EVENTS),
                // With a nonce it could be an ID token, which apps and people get to see.
                Set.of("nonce"));
        verifier.setMaxClockSkew((int) CLOCK_SKEW.toSeconds());
        return verifier;
    }

    private static Optional<String> problem(Jwt token, Instant now) {
        if (Objects.requireNonNull(token.getIssuedAt()).isAfter(now.plus(CLOCK_SKEW))) {
            return Optional.of("iat must not be in the future");
        }
        if (Objects.requireNonNull(token.getExpiresAt()).isAfter(now.plus(LONGEST))) {
            return Optional.of("exp must be in the next hour");
        }
        if (!isName(token.getId())) {
            return Optional.of("jti must be a name");
        }
        if (!(token.getClaims().get(EVENTS) instanceof Map<?, ?> events) || !(events.get(EVENT) instanceof Map<?, ?>)) {
            return Optional.of("events must have the member " + EVENT + ", an object");
        }
        return namesSomebody(token) ? Optional.empty() : Optional.of("sub or sid must say who was logged out");
    }

    private static boolean namesSomebody(Jwt token) {
        @Nullable Object subject = token.getClaims().get("sub");
        @Nullable Object session = token.getClaims().get(SESSION);
        return (subject != null || session != null)
                && (subject == null || isName(subject))
                && (session == null || isName(session));
    }

    private static boolean isName(@Nullable Object value) {
        return value instanceof String text && !text.isBlank() && text.length() <= LONGEST_NAME;
    }
}
