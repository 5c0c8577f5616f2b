package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;
import org.springframework.security.crypto.keygen.StringKeyGenerator;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;

import java.time.Instant;
import java.util.Base64;

/** Makes a refresh token for whoever was granted {@code offline_access}, public clients included, and nobody else. */
final class OfflineRefreshTokens implements OAuth2TokenGenerator<OAuth2RefreshToken> {

    private static final int BYTES = 64;

    private final StringKeyGenerator values =
            new Base64StringKeyGenerator(Base64.getUrlEncoder().withoutPadding(), BYTES);

    @Override
    public @Nullable OAuth2RefreshToken generate(OAuth2TokenContext context) {
        if (!OAuth2TokenType.REFRESH_TOKEN.equals(context.getTokenType())
                || !context.getAuthorizedScopes().contains(SmartScopes.OFFLINE_ACCESS)) {
            return null;
        }
        Instant now = Instant.now();
        return new OAuth2RefreshToken(
                values.generateKey(),
                now,
                now.plus(context.getRegisteredClient().getTokenSettings().getRefreshTokenTimeToLive()));
    }
}
