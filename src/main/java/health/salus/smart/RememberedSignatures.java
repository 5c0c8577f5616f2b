package health.salus.smart;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

import java.time.Duration;

/**
 * Remembers for a minute which tokens bear a good signature, which takes longer to find out than to read a resource. Whether
 * a token is in time, and not revoked, is asked at every request.
 */
final class RememberedSignatures implements JwtDecoder {

    // A key that is taken away ends its tokens within this time.
    private static final Duration LIFETIME = Duration.ofMinutes(1);
    private static final int MOST_TOKENS = 10_000;

    private final NimbusJwtDecoder signatures;
    private final OAuth2TokenValidator<Jwt> rules;
    private final Cache<String, Jwt> good = Caffeine.newBuilder()
            .expireAfterWrite(LIFETIME)
            .maximumSize(MOST_TOKENS)
            .build();

    /** Takes what checks signatures, whose own rules are replaced, and the rules that change with time. */
    RememberedSignatures(NimbusJwtDecoder signatures, OAuth2TokenValidator<Jwt> rules) {
        this.signatures = signatures;
        this.rules = rules;
        signatures.setJwtValidator(token -> OAuth2TokenValidatorResult.success());
    }

    @Override
    public Jwt decode(String token) {
        Jwt signed = good.get(TokenHash.of(token), hash -> signatures.decode(token));
        OAuth2TokenValidatorResult result = rules.validate(signed);
        if (result.hasErrors()) {
            throw new JwtValidationException("The access token breaks a rule", result.getErrors());
        }
        return signed;
    }
}
