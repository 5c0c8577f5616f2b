package health.salus.hl7v2;

import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Resource;

import java.util.List;

/** Patients whose record went into another one. */
final class MergedPatient {

    private MergedPatient() {}

    /** Leaves out those that were merged into others, which carry the same number; but not all of what was found. */
    static List<Resource> present(List<Resource> matches) {
        List<Resource> present = matches.stream().filter(it -> !isRetired(it)).toList();
        return present.isEmpty() ? matches : present;
    }

    /** Tells whether a resource is the record of a patient that another one replaces. */
    static boolean isRetired(Resource resource) {
        return resource instanceof Patient patient
                && patient.getLink().stream().anyMatch(link -> link.getType() == LinkType.REPLACEDBY);
    }
}
