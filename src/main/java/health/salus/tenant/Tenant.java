package health.salus.tenant;

/**
 * An institution whose data no other institution sees.
 *
 * @param id        its name in URLs and tokens
 * @param partition the HAPI partition that holds its resources, never {@value #SHARED_PARTITION}
 */
public record Tenant(TenantId id, int partition) {

    /** The partition of what belongs to nobody: search parameters, profiles, terminology. */
    public static final int SHARED_PARTITION = 0;

    public Tenant {
        if (partition == SHARED_PARTITION) {
            throw new IllegalArgumentException("Partition " + SHARED_PARTITION + " is shared and belongs to no tenant");
        }
    }
}
