package health.salus.smart;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a caller may do: the scopes of the token, cut down to what the caller's role can ever have.
 *
 * <p>Each scope opens some resources of its types: all of the tenant, those of the patients in the caller's care, or those of
 * one patient, who changes nothing; and of these the ones that its filter lets through. What is kept from the caller by rules of
 * the institution or by a patient's consent is taken off that.
 */
final class AccessRights {

    private static final String USER_DATA = AccessRights.class.getName();
    private static final String TRAIL = "AuditEvent";
    private static final Set<Permission> READING = Set.of(Permission.READ, Permission.SEARCH);

    private final List<Grant> grants;
    private final CallerRules rules;
    private final @Nullable String patient;
    private final @Nullable Role role;
    // They live as long as the request, which asks the same of each resource that it shows.
    private final Map<String, ResourceCondition> conditions = new ConcurrentHashMap<>();

    private AccessRights(List<Grant> grants, CallerRules rules, @Nullable String patient, @Nullable Role role) {
        this.grants = grants;
        this.rules = rules;
        this.patient = patient;
        this.role = role;
    }

    /** Returns what a caller may do. */
    static AccessRights of(SmartPrincipal principal, CallerRules rules) {
        return new AccessRights(
                SmartScopes.of(principal.scopes()).clinical().stream()
                        .flatMap(scope -> grant(scope, principal, rules).stream())
                        .toList(),
                rules,
                principal.patient(),
                principal.role());
    }

    private static Optional<Grant> grant(ClinicalScope scope, SmartPrincipal caller, CallerRules rules) {
        Role role = caller.role();
        boolean counts = switch (scope.context()) {
            case SYSTEM -> role == Role.SYSTEM;
            case USER -> role == Role.ADMIN || role == Role.PRACTITIONER;
            case PATIENT -> false;
        };
        if (counts) {
            Grant.Reach reach = rules.patients().isPresent() ? Grant.Reach.CARE : Grant.Reach.TENANT;
            return Optional.of(new Grant(scope, reach));
        }
        boolean inContext = caller.patient() != null
                && (scope.context() == ClinicalScope.Context.PATIENT
                        || (scope.context() == ClinicalScope.Context.USER && role == Role.PATIENT))
                && rules.seen().map(it -> it.contains(caller.patient())).orElse(true);
        return inContext ? Optional.of(new Grant(scope, Grant.Reach.OWN_RECORD)) : Optional.empty();
    }

    /** Attaches the rights of the caller to a request, for all who ask by {@link #of(RequestDetails)}. */
    void attachTo(RequestDetails request) {
        request.getUserData().put(USER_DATA, this);
    }

    /** Returns the rights of the caller of a request, or nothing if the server itself makes it. */
    static Optional<AccessRights> of(RequestDetails request) {
        return SmartPrincipal.of(request).map(caller -> {
            // An entry of a batch may name another tenant in its address; the token does not follow it there.
            if (!TenantId.orDefault(request.getTenantId()).equals(caller.tenant())) {
                throw new ForbiddenOperationException("The token is for another tenant");
            }
            return (AccessRights) Objects.requireNonNull(request.getUserData().get(USER_DATA));
        });
    }

    /** Returns with which resources of this type this may be done, by the scopes and by what is kept from the caller. */
    ResourceCondition condition(String type, Permission permission) {
        return conditions.computeIfAbsent(permission + type, key -> determine(type, permission));
    }

    private ResourceCondition determine(String type, Permission permission) {
        return ResourceCondition.allOf(List.of(granted(type, permission), ResourceCondition.not(rules.kept(type))));
    }

    /** Returns with which resources of this type this may be done by the scopes alone, whatever is kept from the caller. */
    ResourceCondition granted(String type, Permission permission) {
        return ResourceCondition.anyOf(grants.stream()
                .filter(grant -> grant.permits(type, permission))
                .filter(grant -> !type.equals(TRAIL) || mayAudit(grant, permission))
                .map(grant -> grant.condition(type, permission, patients(grant, permission)))
                .toList());
    }

    // The trail is nobody's to change, and it tells of colleagues: a right to all types does not include it.
    private boolean mayAudit(Grant grant, Permission permission) {
        Role reader = switch (grant.reach()) {
            case TENANT -> Role.ADMIN;
            case OWN_RECORD -> Role.PATIENT;
            case CARE -> null;
        };
        return READING.contains(permission) && reader != null && reader == role;
    }

    private Set<String> patients(Grant grant, Permission permission) {
        return switch (grant.reach()) {
            case TENANT -> Set.of();
            case CARE -> (READING.contains(permission) ? rules.seen() : rules.patients()).orElse(Set.of());
            case OWN_RECORD -> patient == null ? Set.of() : Set.of(patient);
        };
    }

    /** Tells whether this may be done with any resource of this type in the tenant. */
    boolean inTenant(String type, Permission permission) {
        return condition(type, permission).isEverything();
    }

    /** Tells whether this may be done with those resources of this type that belong to the patient in context. */
    boolean inOwnRecord(String type, Permission permission) {
        return !granted(type, permission).isNothing()
                && grants.stream()
                        .anyMatch(grant -> grant.reach() == Grant.Reach.OWN_RECORD && grant.permits(type, permission));
    }

    /** Tells whether this may be done with some resources of this type. */
    boolean anywhere(String type, Permission permission) {
        return !condition(type, permission).isNothing();
    }

    /** Tells whether every resource of the tenant may be read and searched, whatever its type. */
    boolean seesWholeTenant() {
        return inTenant(ClinicalScope.ANY_TYPE, Permission.READ) && inTenant(ClinicalScope.ANY_TYPE, Permission.SEARCH);
    }

    /** Tells whether there is nothing but the record of one patient to see. */
    boolean isLimitedToPatient() {
        return grants.stream().allMatch(grant -> grant.reach() == Grant.Reach.OWN_RECORD);
    }

    Optional<String> patient() {
        return Optional.ofNullable(patient);
    }
}
