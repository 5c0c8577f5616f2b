package health.salus.smart;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/** What the administration of tenants, users and clients has in common. */
final class Administration {

    private Administration() {}

    /** Reads a tenant id out of a request, or answers it 400. */
    static TenantId tenantId(@Nullable String id) {
        if (id == null || !TenantId.isValid(id)) {
            throw badRequest("A tenant id has 2 to 32 of a-z, 0-9 and -, the first a letter");
        }
        return new TenantId(id);
    }

    /**
     * Returns the tenant that an administrator works on: their own, or any that an administrator of the default tenant
     * names. Another one is answered 404, as if it did not exist.
     */
    static TenantId workedOn(SmartPrincipal caller, @Nullable String named) {
        TenantId tenant = named == null ? caller.tenant() : tenantId(named);
        if (!mayWorkOn(caller, tenant)) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such tenant");
        }
        return tenant;
    }

    static boolean mayWorkOn(SmartPrincipal caller, TenantId tenant) {
        return caller.tenant().equals(tenant) || caller.tenant().equals(TenantId.DEFAULT);
    }

    static ResponseStatusException badRequest(String reason) {
        return new ResponseStatusException(HttpStatus.BAD_REQUEST, reason);
    }
}
