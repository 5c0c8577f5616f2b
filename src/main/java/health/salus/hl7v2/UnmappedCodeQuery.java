package health.salus.hl7v2;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * Which codes a list holds; what is null does not matter.
 *
 * @param since seen at this time or later
 * @param limit how many at most, 1 to {@value #MOST}; {@value #USUAL} if null
 */
record UnmappedCodeQuery(
        @Nullable String feed,
        @Nullable Instant since,
        @Nullable Integer limit) {

    static final int USUAL = 100;
    static final int MOST = 1_000;

    int size() {
        return limit == null ? USUAL : Math.max(1, Math.min(limit, MOST));
    }
}
