package health.salus.smart;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * What the provider at which people sign in says of a session that has ended there, found good.
 *
 * @param id          names the token; each is good once
 * @param expiresAt   until when it is good
 * @param subject     the person, or null if only the session is named
 * @param session     the session, or null if all of the person have ended
 * @param endsOffline whether what apps have got for times without the person ends as well
 */
record LogoutToken(
        String id,
        Instant expiresAt,
        @Nullable String subject,
        @Nullable String session,
        boolean endsOffline) {}
