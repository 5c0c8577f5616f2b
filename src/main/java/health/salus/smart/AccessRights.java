package health.salus.smart;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a caller may do: the scopes of the token, cut down to what the caller's role can ever have.
 *
 * <p>Rights are of two kinds. Some hold for every resource of the tenant; the others only for what belongs to one
 * patient, and those never change anything.
 */
final class AccessRights {

    private static final String USER_DATA = AccessRights.class.getName();
    private static final String TRAIL = "AuditEvent";
    private static final Set<Permission> OF_A_PATIENT = Set.of(Permission.READ, Permission.SEARCH);

    private final List<ClinicalScope> tenantWide;
    private final List<ClinicalScope> ownRecord;
    private final @Nullable String patient;
    private final @Nullable Role role;

    private AccessRights(
            List<ClinicalScope> tenantWide,
            List<ClinicalScope> ownRecord,
            @Nullable String patient,
            @Nullable Role role) {
        this.role = role;
        this.tenantWide = tenantWide;
        this.ownRecord = ownRecord;
        this.patient = patient;
    }

    static AccessRights of(SmartPrincipal principal) {
        List<ClinicalScope> scopes = SmartScopes.of(principal.scopes()).clinical();
        String patient = principal.patient();
        return new AccessRights(
                scopes.stream()
                        .filter(scope -> isTenantWide(scope, principal.role()))
                        .toList(),
                patient == null
                        ? List.of()
                        : scopes.stream()
                                .filter(scope -> isOwnRecord(scope, principal.role()))
                                .toList(),
                patient,
                principal.role());
    }

    /** Returns the rights of the caller of a request, or nothing if the server itself makes it. */
    static Optional<AccessRights> of(RequestDetails request) {
        return SmartPrincipal.of(request).map(caller -> {
            // An entry of a batch may name another tenant in its address; the token does not follow it there.
            if (!TenantId.orDefault(request.getTenantId()).equals(caller.tenant())) {
                throw new ForbiddenOperationException("The token is for another tenant");
            }
            return (AccessRights) request.getUserData().computeIfAbsent(USER_DATA, key -> of(caller));
        });
    }

    /** Tells whether this may be done with any resource of this type in the tenant. */
    boolean inTenant(String type, Permission permission) {
        return tenantWide.stream().anyMatch(scope -> scope.permits(type, permission))
                && (!type.equals(TRAIL) || mayAudit(Role.ADMIN, permission));
    }

    /** Tells whether this may be done with those resources of this type that belong to the patient in context. */
    boolean inOwnRecord(String type, Permission permission) {
        return OF_A_PATIENT.contains(permission)
                && ownRecord.stream().anyMatch(scope -> scope.permits(type, permission))
                && (!type.equals(TRAIL) || mayAudit(Role.PATIENT, permission));
    }

    // The trail is nobody's to change, and it tells of colleagues: a right to all types does not include it.
    private boolean mayAudit(Role reader, Permission permission) {
        return role == reader && OF_A_PATIENT.contains(permission);
    }

    boolean anywhere(String type, Permission permission) {
        return inTenant(type, permission) || inOwnRecord(type, permission);
    }

    /** Tells whether every resource of the tenant may be read and searched, whatever its type. */
    boolean seesWholeTenant() {
        return inTenant(ClinicalScope.ANY_TYPE, Permission.READ) && inTenant(ClinicalScope.ANY_TYPE, Permission.SEARCH);
    }

    /** Tells whether there is nothing but the record of one patient to see. */
    boolean isLimitedToPatient() {
        return tenantWide.isEmpty();
    }

    Optional<String> patient() {
        return Optional.ofNullable(patient);
    }

    private static boolean isTenantWide(ClinicalScope scope, @Nullable Role role) {
        return switch (scope.context()) {
            case SYSTEM -> role == Role.SYSTEM;
            case USER -> role == Role.ADMIN || role == Role.PRACTITIONER;
            case PATIENT -> false;
        };
    }

    private static boolean isOwnRecord(ClinicalScope scope, @Nullable Role role) {
        return switch (scope.context()) {
            case PATIENT -> true;
            case USER -> role == Role.PATIENT;
            case SYSTEM -> false;
        };
    }
}
