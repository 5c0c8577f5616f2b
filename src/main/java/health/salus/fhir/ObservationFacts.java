package health.salus.fhir;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Set;

/**
 * What is needed to group observations.
 *
 * @param row   HAPI's number
 * @param codes what it is an observation of: each coding, or else the text
 * @param time  the end of when it was made, or null if it does not say
 */
record ObservationFacts(
        long row, Set<String> codes, @Nullable Instant time) {

    ObservationFacts {
        codes = Set.copyOf(codes);
    }
}
