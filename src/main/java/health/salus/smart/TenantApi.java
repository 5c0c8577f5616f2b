package health.salus.smart;

import health.salus.tenant.ListedTenant;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.util.List;

/** {@code /api/tenants}: the institutions of this server, for administrators of the default tenant. */
@RestController
@RequestMapping("/api/tenants")
@AllowedTo(Role.ADMIN)
class TenantApi {

    private final Tenants tenants;

    TenantApi(Tenants tenants) {
        this.tenants = tenants;
    }

    /** Returns all tenants. */
    @GetMapping
    List<View> list(@AuthenticationPrincipal SmartPrincipal caller) {
        requireOperator(caller);
        return tenants.all().stream().map(View::of).toList();
    }

    /** Creates a tenant, 201; 409 if there is one of that id, 400 if it is no tenant id. */
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    View create(@AuthenticationPrincipal SmartPrincipal caller, @RequestBody NewTenant tenant) {
        requireOperator(caller);
        TenantId id = Administration.tenantId(tenant.id());
        if (!tenants.create(id)) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "There is a tenant of this id");
        }
        return new View(id.value(), false);
    }

    /** Shuts everybody out of a tenant; its data stay. */
    @PostMapping("/{id}/disable")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void disable(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String id) {
        setEnabled(caller, id, false);
    }

    /** Lets everybody in again. */
    @PostMapping("/{id}/enable")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void enable(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String id) {
        setEnabled(caller, id, true);
    }

    /** Returns what a tenant has decided about who sees what: the caller's own, or any for the default tenant. */
    @GetMapping("/{id}/policy")
    PolicyView policy(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String id) {
        return PolicyView.of(tenants.access(worked(caller, id)).policy());
    }

    /** Replaces what a tenant has decided; 400 for a word that is none of those that there are. It counts at once. */
    @PutMapping("/{id}/policy")
    PolicyView setPolicy(
            @AuthenticationPrincipal SmartPrincipal caller, @PathVariable String id, @RequestBody PolicyView policy) {
        TenantId tenant = worked(caller, id);
        tenants.setPolicy(tenant, policy.checked());
        return PolicyView.of(tenants.access(tenant).policy());
    }

    private TenantId worked(SmartPrincipal caller, String id) {
        TenantId tenant = Administration.workedOn(caller, id);
        if (tenants.find(tenant).isEmpty()) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such tenant");
        }
        return tenant;
    }

    private void setEnabled(SmartPrincipal caller, String id, boolean enabled) {
        requireOperator(caller);
        TenantId tenant = Administration.tenantId(id);
        if (tenant.equals(TenantId.DEFAULT)) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "The tenant 'default' cannot be disabled");
        }
        if (!tenants.setEnabled(tenant, enabled)) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such tenant");
        }
    }

    private static void requireOperator(SmartPrincipal caller) {
        if (!caller.tenant().equals(TenantId.DEFAULT)) {
            throw new ResponseStatusException(
                    HttpStatus.FORBIDDEN, "Tenants are for administrators of the tenant 'default'");
        }
    }

    /**
     * What is needed to create a tenant.
     *
     * @param id the name in URLs: 2 to 32 of a-z, 0-9 and -, first a letter
     */
    record NewTenant(@Nullable String id) {}

    /** A tenant as JSON. */
    record View(String id, boolean disabled) {

        static View of(ListedTenant tenant) {
            return new View(tenant.id().value(), tenant.disabled());
        }
    }
}
