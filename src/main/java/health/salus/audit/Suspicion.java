package health.salus.audit;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * Something that somebody ought to look at.
 *
 * @param rule    short name of the rule that noticed it
 * @param tenant  id of the tenant, or null
 * @param subject the user, client or address, or what else it is about
 * @param window  beginning of the time in which it counts as the same
 * @param count   how many there were when it was noticed
 */
record Suspicion(String rule, @Nullable String tenant, String subject, Instant window, int count) {}
