package health.salus.hl7v2;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * Which messages a list holds; what is null does not matter.
 *
 * @param patient   a patient's number as it was sent, CX-1
 * @param authority who gave that number, CX-4 as it was sent
 * @param from      received at this time or later
 * @param to        received before this time
 * @param before    only messages with a lower number: the next page
 * @param limit     how many at most, 1 to {@value #MOST}; {@value #USUAL} if null
 */
record MessageQuery(
        @Nullable MessageState state,
        @Nullable String feed,
        @Nullable String controlId,
        @Nullable String patient,
        @Nullable String authority,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable Long before,
        @Nullable Integer limit) {

    static final int USUAL = 50;
    static final int MOST = 500;

    int size() {
        return limit == null ? USUAL : Math.max(1, Math.min(limit, MOST));
    }
}
