package health.salus.tenant;

import java.util.Set;

/**
 * The policy of a tenant, and what it has to be applied to.
 *
 * @param policy   what the institution has decided
 * @param consents how often a Consent was written in this tenant; another number means that there may be others
 * @param labelled the resource types of which something with a restricted label was ever stored, {@code *} for any type
 */
public record AccessState(AccessPolicy policy, long consents, Set<String> labelled) {

    public AccessState {
        labelled = Set.copyOf(labelled);
    }
}
