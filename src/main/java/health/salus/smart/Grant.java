package health.salus.smart;

import java.util.List;
import java.util.Set;

/**
 * One scope of a token, as far as it counts for its holder.
 *
 * @param scope what it opens
 * @param reach whose resources it opens
 */
record Grant(ClinicalScope scope, Reach reach) {

    private static final String PATIENT = "Patient";
    private static final Set<Permission> READING = Set.of(Permission.READ, Permission.SEARCH);

    /** Whose resources a scope opens. */
    enum Reach {
        /** All of the tenant. */
        TENANT,
        /** Those of the patients whom the caller cares for, and what is about nobody. */
        CARE,
        /** Those of the patient in context; reading only. */
        OWN_RECORD
    }

    boolean permits(String type, Permission permission) {
        return scope.permits(type, permission) && (reach != Reach.OWN_RECORD || READING.contains(permission));
    }

    /**
     * Returns which resources of a type it opens.
     *
     * @param patients those whom {@link #reach} is about
     */
    ResourceCondition condition(String type, Permission permission, Set<String> patients) {
        return ResourceCondition.allOf(
                List.of(reached(type, permission, patients), scope.filter().condition()));
    }

    private ResourceCondition reached(String type, Permission permission, Set<String> patients) {
        boolean open = switch (reach) {
            case TENANT -> true;
            // Somebody new is in nobody's care yet, and has no record that could be learned about.
            case CARE ->
                PatientCompartment.isAboutNobody(type) || (type.equals(PATIENT) && permission == Permission.CREATE);
            case OWN_RECORD -> false;
        };
        return open ? ResourceCondition.EVERYTHING : new ResourceCondition.InRecords(patients);
    }
}
