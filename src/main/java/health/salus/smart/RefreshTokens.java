package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;
import org.springframework.security.crypto.keygen.StringKeyGenerator;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;

/**
 * Makes a refresh token for whoever was granted {@code offline_access} or {@code online_access}, public clients included,
 * and nobody else.
 */
final class RefreshTokens implements OAuth2TokenGenerator<OAuth2RefreshToken> {

    private static final int BYTES = 64;

    // As long as somebody is at work; who signs out ends it before.
    private static final Duration ONLINE = Duration.ofHours(12);

    private final StringKeyGenerator values =
            new Base64StringKeyGenerator(Base64.getUrlEncoder().withoutPadding(), BYTES);

    @Override
    public @Nullable OAuth2RefreshToken generate(OAuth2TokenContext context) {
        Set<String> granted = granted(context);
        boolean offline = granted.contains(SmartScopes.OFFLINE_ACCESS);
        if (!OAuth2TokenType.REFRESH_TOKEN.equals(context.getTokenType())
                || !(offline || granted.contains(SmartScopes.ONLINE_ACCESS))) {
            return null;
        }
        Duration lifetime =
                offline ? context.getRegisteredClient().getTokenSettings().getRefreshTokenTimeToLive() : ONLINE;
        Instant now = Instant.now();
        return new OAuth2RefreshToken(values.generateKey(), now, now.plus(lifetime));
    }

    // An app may ask for less when it refreshes, and keeps what it was granted for the next time.
    private static Set<String> granted(OAuth2TokenContext context) {
        OAuth2Authorization grant = context.getAuthorization();
        return grant == null ? context.getAuthorizedScopes() : grant.getAuthorizedScopes();
    }
}
