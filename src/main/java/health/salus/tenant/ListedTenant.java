package health.salus.tenant;

/**
 * A tenant as administrators see it.
 *
 * @param id       its name in URLs and tokens
 * @param disabled whether nobody gets to its data for now
 */
public record ListedTenant(TenantId id, boolean disabled) {}
