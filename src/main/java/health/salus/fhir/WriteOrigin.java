package health.salus.fhir;

import health.salus.tenant.TenantId;

/**
 * On whose behalf something is written that no FHIR client sent.
 *
 * @param tenant whose data it becomes
 * @param actor  what writes, for instance {@code hl7v2:lab}; never the name of a person. It becomes {@code meta.source} of
 *               what has none, as {@code urn:salus:<actor>}
 * @param moves  whether resources may go from one patient's record to another's, as when two records become one
 */
public record WriteOrigin(TenantId tenant, String actor, boolean moves) {

    /** Everything stays with its patient. */
    public WriteOrigin(TenantId tenant, String actor) {
        this(tenant, actor, false);
    }

    /** Returns the same, but resources may go from one patient's record to another's. */
    public WriteOrigin moving() {
        return new WriteOrigin(tenant, actor, true);
    }
}
