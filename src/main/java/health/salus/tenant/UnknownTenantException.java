package health.salus.tenant;

/** Thrown when a request names a tenant that this server does not have. */
public final class UnknownTenantException extends RuntimeException {

    public UnknownTenantException(TenantId id) {
        super("Unknown tenant '" + id + "'");
    }
}
