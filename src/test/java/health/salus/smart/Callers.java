package health.salus.smart;

import health.salus.tenant.TenantId;

import java.util.Set;

/** Callers for tests. */
final class Callers {

    private Callers() {}

    static SmartPrincipal caller(Role role, String patient, String... scopes) {
        return new SmartPrincipal(TenantId.DEFAULT, role, null, patient, Set.of(scopes), "an-app", "a-subject");
    }

    static AccessRights rights(Role role, String patient, String... scopes) {
        return AccessRights.of(caller(role, patient, scopes), CallerRules.NONE);
    }
}
