package health.salus.smart;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/** How access tokens are checked; for which FHIR base a token is good, {@link BearerTokens} decides per request. */
@Configuration(proxyBeanMethods = false)
class AccessTokenConfiguration {

    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
    private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType(TokenClaims.ACCESS_TOKEN_TYPE);
    private static final JOSEObjectType ACCESS_TOKEN_IN_FULL =
            new JOSEObjectType("application/" + TokenClaims.ACCESS_TOKEN_TYPE);

    /** What other servers may sign with. */
    static final Set<SignatureAlgorithm> ALGORITHMS = Set.of(
            SignatureAlgorithm.RS256,
            SignatureAlgorithm.RS384,
            SignatureAlgorithm.PS256,
            SignatureAlgorithm.ES256,
            SignatureAlgorithm.ES384);

    @Bean
    @ConditionalOnExternalIssuer
    ExternalIssuer externalIssuer(SmartSettings settings) {
        return new ExternalIssuer(Objects.requireNonNull(settings.auth().issuer()));
    }

    @Bean
    @ConditionalOnEmbeddedIssuer
    JwtDecoder ownAccessTokens(JWKSource<SecurityContext> keys, FhirBases bases, Grants grants) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys));
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(ACCESS_TOKEN, ACCESS_TOKEN_IN_FULL));
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        return new RememberedSignatures(new NimbusJwtDecoder(processor), token -> {
            OAuth2TokenValidatorResult result = rules(bases.publicUrl()).validate(token);
            return result.hasErrors() ? result : alive(grants, token);
        });
    }

    @Bean
    @ConditionalOnExternalIssuer
    JwtDecoder foreignAccessTokens(ExternalIssuer issuer) {
        return new ForeignTokens(issuer, keys -> foreign(issuer, keys));
    }

    private static JwtDecoder foreign(ExternalIssuer issuer, String keys) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(keys)
                .restOperations(issuer.http())
                .jwsAlgorithms(algorithms -> algorithms.addAll(ALGORITHMS))
                // Keycloak calls every token a plain JWT in the header and says in a claim what it is for.
                .jwtProcessorCustomizer(processor -> processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
                        ACCESS_TOKEN, ACCESS_TOKEN_IN_FULL, JOSEObjectType.JWT, null)))
                .build();
        return new RememberedSignatures(
                decoder,
                new DelegatingOAuth2TokenValidator<>(
                        rules(issuer.id()),
                        new JwtClaimValidator<>("typ", type -> type == null || "Bearer".equals(type)),
                        new JwtClaimValidator<>("nonce", Objects::isNull)));
    }

    // Asked at every request, so that a token is worth nothing from the moment on that it is revoked, on every server.
    private static OAuth2TokenValidatorResult alive(Grants grants, Jwt token) {
        String grant = token.getClaimAsString(TokenClaims.GRANT);
        return grant != null && grants.isAlive(grant)
                ? OAuth2TokenValidatorResult.success()
                : OAuth2TokenValidatorResult.failure(
                        new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, "The token was revoked", null));
    }

    private static OAuth2TokenValidator<Jwt> rules(String issuer) {
        return new DelegatingOAuth2TokenValidator<>(
                new JwtTimestampValidator(CLOCK_SKEW),
                new JwtClaimValidator<>("exp", Objects::nonNull),
                new JwtIssuerValidator(issuer));
    }
}
