package health.salus.smart;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.SessionTrackingMode;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.DelegatingOAuth2TokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;

import java.time.Clock;
import java.util.Set;

/** The parts of the embedded authorization server; {@link LoginSecurityConfiguration} puts them on the network. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnEmbeddedIssuer
class AuthorizationServerConfiguration {

    static final String AUTHORIZE = "/oauth2/authorize";
    static final String TOKEN = "/oauth2/token";
    static final String INTROSPECT = "/oauth2/introspect";
    static final String REVOKE = "/oauth2/revoke";
    static final String KEYS = "/oauth2/jwks";

    @Bean
    AuthorizationServerSettings authorizationServerSettings(FhirBases bases) {
        return AuthorizationServerSettings.builder()
                .issuer(bases.publicUrl())
                .authorizationEndpoint(AUTHORIZE)
                .tokenEndpoint(TOKEN)
                .tokenIntrospectionEndpoint(INTROSPECT)
                .tokenRevocationEndpoint(REVOKE)
                .jwkSetEndpoint(KEYS)
                .build();
    }

    @Bean
    SigningKeys signingKeys(SmartSettings settings) {
        return new SigningKeys(
                settings.dataDir().resolve("keys"), settings.auth().keyLifetime(), Clock.systemUTC());
    }

    @Bean
    OAuth2TokenGenerator<OAuth2Token> tokenGenerator(JWKSource<SecurityContext> keys, TokenClaims claims) {
        NimbusJwtEncoder encoder = new NimbusJwtEncoder(keys);
        // The first is the one that signs; the other is only there to check what it has signed before.
        encoder.setJwkSelector(candidates -> candidates.get(0));
        JwtGenerator signed = new JwtGenerator(encoder);
        signed.setJwtCustomizer(claims);
        return new DelegatingOAuth2TokenGenerator(signed, new RefreshTokens());
    }

    @Bean
    PasswordEncoder passwordEncoder() {
        return new BCryptPasswordEncoder();
    }

    /** Where clients use TLS, the login cookie never travels without, even if a proxy ends the TLS before this server. */
    @Bean
    ServletContextInitializer sessionCookie(FhirBases bases) {
        return context -> {
            context.setSessionTrackingModes(Set.of(SessionTrackingMode.COOKIE));
            context.getSessionCookieConfig().setSecure(bases.publicUrl().startsWith("https:"));
        };
    }
}
