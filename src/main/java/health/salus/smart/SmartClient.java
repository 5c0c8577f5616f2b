package health.salus.smart;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;

import java.util.Set;

/**
 * A program that may ask the embedded authorization server for tokens.
 *
 * @param id           what it calls itself
 * @param name         what people call it
 * @param tenant       whose data a backend service works on; apps take it from the {@code aud} parameter
 * @param redirectUris where the answer to a login may go, in full; none for a backend service
 * @param scopes       what it may ask for at most
 * @param keys         its public keys as a JSON Web Key Set, or null for a public client
 */
record SmartClient(
        String id,
        String name,
        TenantId tenant,
        Set<String> redirectUris,
        Set<String> scopes,
        @Nullable String keys) {

    SmartClient {
        redirectUris = Set.copyOf(redirectUris);
        scopes = Set.copyOf(scopes);
    }

    /** Tells whether it signs in for itself, with its key, and not for a person. */
    boolean isBackend() {
        return keys != null;
    }
}
