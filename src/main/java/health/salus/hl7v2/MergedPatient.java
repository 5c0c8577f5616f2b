package health.salus.hl7v2;

import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Resource;

/** Patients whose record went into another one. */
final class MergedPatient {

    private MergedPatient() {}

    /** Tells whether a resource is the record of a patient that another one replaces. */
    static boolean isRetired(Resource resource) {
        return resource instanceof Patient patient
                && patient.getLink().stream().anyMatch(link -> link.getType() == LinkType.REPLACEDBY);
    }
}
