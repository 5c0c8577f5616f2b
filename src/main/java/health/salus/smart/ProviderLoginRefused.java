package health.salus.smart;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who came from the provider at which people sign in was not let in; published before the answer, for the audit
 * trail.
 *
 * @param reason a code, such as {@code unknown-person}
 * @param who    the account, or {@code provider:} and the provider's name for the person; null if nobody knows
 */
public record ProviderLoginRefused(String reason, @Nullable String who) {}
