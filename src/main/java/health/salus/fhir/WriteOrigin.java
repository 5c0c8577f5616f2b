package health.salus.fhir;

import health.salus.tenant.TenantId;

/**
 * On whose behalf something is written that no FHIR client sent.
 *
 * @param tenant whose data it becomes
 * @param actor  what writes, for instance {@code hl7v2:lab}; never the name of a person. It becomes {@code meta.source} of
 *               what has none, as {@code urn:salus:<actor>}
 */
public record WriteOrigin(TenantId tenant, String actor) {}
