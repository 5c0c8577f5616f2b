package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.hl7.fhir.instance.model.api.IBaseResource;

import java.util.Set;

/** Decides about a resource that is at hand whether a caller may see it. */
final class Visibility {

    // Made for the answer and stored nowhere, so they show nobody's data.
    private static final Set<String> ANSWERS = Set.of("OperationOutcome", "CapabilityStatement");

    private static final Set<RestOperationTypeEnum> READS =
            Set.of(RestOperationTypeEnum.READ, RestOperationTypeEnum.VREAD, RestOperationTypeEnum.HISTORY_INSTANCE);

    private Visibility() {}

    /** Tells whether the caller may see this resource, by its type and by whom it is about. */
    static boolean shows(AccessRights rights, RequestDetails request, IBaseResource resource) {
        FhirContext context = request.getFhirContext();
        String type = context.getResourceType(resource);
        if (ANSWERS.contains(type) || maySee(rights::inTenant, type, request)) {
            return true;
        }
        return maySee(rights::inOwnRecord, type, request)
                && rights.patient()
                        .filter(patient -> PatientCompartment.contains(context, resource, patient))
                        .isPresent();
    }

    // A search shows what it finds, for which its own letter is enough. Everything else that shows a resource reads it.
    private static boolean maySee(Right right, String type, RequestDetails request) {
        boolean finds = !READS.contains(request.getRestOperationType()) && right.holds(type, Permission.SEARCH);
        return finds || right.holds(type, Permission.READ);
    }

    /** One of the two kinds of rights that a caller has. */
    private interface Right {
        boolean holds(String type, Permission permission);
    }
}
