package health.salus.smart;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What the institution and its patients say about a caller, beside the scopes of the token. */
interface CallerRules {

    /** Those of somebody about whom nothing is said. */
    CallerRules NONE = new CallerRules() {};

    /** Returns the ids of the patients that the caller cares for, or nothing if the caller may see them all. */
    default Optional<Set<String>> patients() {
        return Optional.empty();
    }

    /** Returns the ids of the patients whose record an emergency has opened to the caller, to read. */
    default Set<String> opened() {
        return Set.of();
    }

    /** Returns the ids of the patients whose records the caller may read, or nothing if those of all. */
    default Optional<Set<String>> seen() {
        return patients().map(own -> {
            Set<String> seen = new HashSet<>(own);
            seen.addAll(opened());
            return seen;
        });
    }

    /** Returns what is kept from the caller although the scopes would show it; for {@code *} what is kept of any type. */
    default ResourceCondition kept(String type) {
        return ResourceCondition.NOTHING;
    }
}
