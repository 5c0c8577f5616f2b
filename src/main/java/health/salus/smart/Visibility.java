package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.instance.model.api.IBaseResource;

import java.util.Set;

/** Decides about a resource that is at hand whether a caller may see it. */
final class Visibility {

    // Made for the answer and stored nowhere, so they show nobody's data.
    private static final Set<String> ANSWERS = Set.of("OperationOutcome", "CapabilityStatement");

    private Visibility() {}

    /** Tells whether the caller may see this resource, by its type and by whom it is about. */
    static boolean shows(AccessRights rights, FhirContext context, IBaseResource resource) {
        String type = context.getResourceType(resource);
        if (ANSWERS.contains(type) || maySee(rights::inTenant, type)) {
            return true;
        }
        return maySee(rights::inOwnRecord, type)
                && rights.patient()
                        .filter(patient -> PatientCompartment.contains(context, resource, patient))
                        .isPresent();
    }

    // Finding takes another letter than reading, and what is found is shown. Which letter a request takes was asked
    // before it began.
    private static boolean maySee(Right right, String type) {
        return right.holds(type, Permission.READ) || right.holds(type, Permission.SEARCH);
    }

    /** One of the two kinds of rights that a caller has. */
    private interface Right {
        boolean holds(String type, Permission permission);
    }
}
