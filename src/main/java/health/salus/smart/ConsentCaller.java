package health.salus.smart;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/**
 * A caller as consents name one.
 *
 * @param references the resources that stand for the caller: the person, the person's roles and their organizations, the app
 *     as {@code Device/{client id}}
 * @param purposes   codes of what the caller looks for, such as TREAT; none if that is not known
 */
record ConsentCaller(Set<String> references, Set<String> purposes) {

    ConsentCaller {
        references = Set.copyOf(references);
        purposes = Set.copyOf(purposes);
    }

    /** Tells whether the caller comes for this purpose; of one whose purpose is not known, a denial believes it of any. */
    boolean isFor(@Nullable String purpose, boolean denying) {
        return purpose == null || purposes.isEmpty() ? denying : purposes.contains(purpose);
    }
}
