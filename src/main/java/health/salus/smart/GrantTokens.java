package health.salus.smart;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Looks at and replaces the codes and tokens of a grant, of which there are four kinds. */
final class GrantTokens {

    private static final List<Class<? extends OAuth2Token>> KINDS = List.of(
            OAuth2AuthorizationCode.class, OAuth2AccessToken.class, OAuth2RefreshToken.class, OidcIdToken.class);

    private GrantTokens() {}

    /** Returns the same grant with other values for its codes and tokens; what is known about each stays. */
    static OAuth2Authorization.Builder replace(OAuth2Authorization grant, UnaryOperator<String> value) {
        OAuth2Authorization.Builder builder = OAuth2Authorization.from(grant);
        KINDS.stream()
                .map(grant::getToken)
                .filter(Objects::nonNull)
                .map(it -> (OAuth2Token) it.getToken())
                .map(token -> with(token, value.apply(token.getTokenValue())))
                .forEach(builder::token);
        return builder;
    }

    /** Tells whether somebody has taken back what the app was given. */
    static boolean isRevoked(OAuth2Authorization grant) {
        return Stream.of(grant.getAccessToken(), grant.getRefreshToken())
                .filter(Objects::nonNull)
                .anyMatch(OAuth2Authorization.Token::isInvalidated);
    }

    /** Tells whether a code or refresh token, given by its hash, is worth nothing any more in this state of the grant. */
    static boolean isUsedUp(OAuth2Authorization grant, String hash) {
        OAuth2Authorization.Token<OAuth2AuthorizationCode> code = grant.getToken(OAuth2AuthorizationCode.class);
        if (code != null && code.getToken().getTokenValue().equals(hash)) {
            return code.isInvalidated();
        }
        return !hash.equals(refreshToken(grant).orElse(hash));
    }

    private static Optional<String> refreshToken(OAuth2Authorization grant) {
        return Optional.ofNullable(grant.getRefreshToken())
                .map(it -> it.getToken().getTokenValue());
    }

    private static OAuth2Token with(OAuth2Token token, String value) {
        if (token instanceof OAuth2AuthorizationCode) {
            return new OAuth2AuthorizationCode(value, token.getIssuedAt(), token.getExpiresAt());
        }
        if (token instanceof OAuth2AccessToken access) {
            return new OAuth2AccessToken(
                    access.getTokenType(), value, access.getIssuedAt(), access.getExpiresAt(), access.getScopes());
        }
        if (token instanceof OidcIdToken identity) {
            return new OidcIdToken(value, identity.getIssuedAt(), identity.getExpiresAt(), identity.getClaims());
        }
        return new OAuth2RefreshToken(value, token.getIssuedAt(), token.getExpiresAt());
    }
}
