package health.salus.smart;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.stereotype.Component;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the claims of a client assertion must say, after its signature is found good. */
@Component
@ConditionalOnEmbeddedIssuer
class AssertionRules {

    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int LONGEST_JTI = 200;

    private final JdbcClient database;
    private final String tokenUrl;

    AssertionRules(JdbcClient database, FhirBases bases) {
        this.database = database;
        this.tokenUrl = bases.at(AuthorizationServerConfiguration.TOKEN);
    }

    /** Returns the rules for one client; passing them uses the assertion up. */
    OAuth2TokenValidator<Jwt> of(String clientId) {
        return assertion -> problem(clientId, assertion, Instant.now())
                .map(problem -> OAuth2TokenValidatorResult.failure(
                        new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT, problem, null)))
                .orElseGet(OAuth2TokenValidatorResult::success);
    }

    private Optional<String> problem(String clientId, Jwt assertion, Instant now) {
        if (!clientId.equals(assertion.getClaimAsString("iss")) || !clientId.equals(assertion.getSubject())) {
            return Optional.of("iss and sub must both be the client_id");
        }
        if (!List.of(tokenUrl).equals(assertion.getAudience())) {
            return Optional.of("aud must be the address of the token endpoint");
        }
        Instant expiry = assertion.getExpiresAt();
        if (expiry == null || !expiry.isAfter(now) || expiry.isAfter(now.plus(LONGEST))) {
            return Optional.of("exp must be in the next five minutes");
        }
        if (assertion.getNotBefore() != null && assertion.getNotBefore().isAfter(now)) {
            return Optional.of("nbf must not be in the future");
        }
        String jti = assertion.getId();
        if (jti == null || jti.isBlank() || jti.length() > LONGEST_JTI) {
            return Optional.of("jti must be there and have at most " + LONGEST_JTI + " characters");
        }
        return isFirstUse(clientId, jti, expiry) ? Optional.empty() : Optional.of("jti was used before");
    }

    // The row decides and not a look before it, so of two requests at the same moment one is refused.
    private boolean isFirstUse(String clientId, String jti, Instant expiry) {
        return database.sql("INSERT INTO salus_client_assertion (client_id, jti, expires_at)"
                                + " VALUES (:client, :jti, :expiry) ON CONFLICT DO NOTHING")
                        .param("client", clientId)
                        .param("jti", jti)
                        .param("expiry", Timestamp.from(expiry))
                        .update()
                == 1;
    }
}
