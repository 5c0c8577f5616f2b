package health.salus.smart;

import org.jspecify.annotations.Nullable;

/**
 * The provider at which people sign in has said, or somebody in its name, that a person was logged out there; published before
 * the answer, for the audit trail.
 *
 * @param who     the account that was signed out here; null if there is none
 * @param refusal why it was not believed, as a code; null if it was
 */
public record ProviderLogoutReceived(
        @Nullable String who, @Nullable String refusal) {}
