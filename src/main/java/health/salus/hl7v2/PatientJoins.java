package health.salus.hl7v2;

import health.salus.fhir.StoredResources;
import health.salus.mapping.PatientMerge;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Identifier.IdentifierUse;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes one record of two patients who turned out to be one. The record of the patient who goes is kept, inactive, with a link
 * to the other; everything that named it names the other, which also gets its numbers, so that whatever comes later under
 * them is found to belong there. Doing so twice changes nothing.
 *
 * @see <a href="https://hl7.org/fhir/R4/patient.html#8.1.9">FHIR R4 Patient, linking patients</a>
 */
final class PatientJoins {

    // What says where a record came from, or who saw it, stays true of that record. Links between patients are made
    // here.
    private static final Set<String> STAYING = Set.of("Patient", "Provenance", "AuditEvent");

    private final StoredResources resources;
    private final int mostMoved;

    /**
     * Joins records.
     *
     * @param mostMoved how many resources may be moved from one record to the other
     */
    PatientJoins(StoredResources resources, int mostMoved) {
        this.resources = resources;
        this.mostMoved = mostMoved;
    }

    /** Names every record, {@code Patient/id}, that has the number of a patient who goes, now or before. */
    List<String> records(TenantId tenant, List<PatientMerge> merges) {
        return merges.stream()
                .flatMap(merge -> resources.find(tenant, "Patient", List.of(merge.retired())).stream())
                .map(PlannedEntries::name)
                .toList();
    }

    /**
     * Joins two records, of which the store has that of the patient who stays.
     *
     * @return why a person has to decide first; nothing is to be kept of the message then
     */
    Optional<String> join(TenantId tenant, PatientMerge merge, MessageChanges changes) {
        List<Patient> staying = find(tenant, merge.surviving());
        List<Patient> going = find(tenant, merge.retired());
        if (staying.size() != 1 || going.size() > 1) {
            return Optional.of("The number in PID-3 or MRG-1 does not name one patient");
        }
        Patient survivor = staying.get(0);
        if (going.isEmpty() || PlannedEntries.name(going.get(0)).equals(PlannedEntries.name(survivor))) {
            return keepNumber(merge, survivor, changes);
        }
        Patient retired = going.get(0);
        if (isGone(survivor, merge.surviving())) {
            return Optional.of("The patient of PID-3 was merged into another before and cannot take one in");
        }
        if (isGone(retired, merge.retired())) {
            return Optional.of("The patient of MRG-1 was merged into another than that of PID-3 before");
        }
        return joinRecords(tenant, merge, survivor, retired, changes);
    }

    /** The record has the number already, or the store never had a record under it. */
    private static Optional<String> keepNumber(PatientMerge merge, Patient survivor, MessageChanges changes) {
        if (isGone(survivor, merge.retired())) {
            return Optional.empty();
        }
        if (isGone(survivor, merge.surviving())) {
            return Optional.of("The patient of PID-3 was merged into that of MRG-1 before");
        }
        Patient changed = survivor.copy();
        retire(changed, merge.retired());
        changes.update(List.of(changed));
        return Optional.empty();
    }

    private Optional<String> joinRecords(
            TenantId tenant, PatientMerge merge, Patient survivor, Patient retired, MessageChanges changes) {
        List<Resource> naming = resources.naming(tenant, retired, STAYING, mostMoved + 1);
        if (naming.size() > mostMoved) {
            return Optional.of("More than " + mostMoved
                    + " resources (salus.hl7v2.max-moved-resources) name the patient of" + " MRG-1");
        }
        Patient stays = survivor.copy();
        retired.getIdentifier().stream()
                .filter(it -> numbers(stays, it).findAny().isEmpty())
                .forEach(it -> stays.addIdentifier(it.copy()));
        retire(stays, merge.retired());
        stays.addLink().setOther(new Reference(PlannedEntries.name(retired))).setType(LinkType.REPLACES);
        Patient goes = retired.copy();
        goes.setActive(false);
        goes.addLink().setOther(new Reference(PlannedEntries.name(survivor))).setType(LinkType.REPLACEDBY);
        naming.forEach(it -> move(it, PlannedEntries.name(retired), PlannedEntries.name(survivor)));
        changes.update(Stream.concat(Stream.of(stays, goes), naming.stream()).toList());
        return Optional.empty();
    }

    private List<Patient> find(TenantId tenant, Identifier number) {
        return MergedPatient.present(resources.find(tenant, "Patient", List.of(number))).stream()
                .map(Patient.class::cast)
                .toList();
    }

    private static void move(Resource resource, String from, String to) {
        TransactionPlanner.references(resource)
                .filter(it -> it.getReference().equals(from))
                .collect(Collectors.toList())
                .forEach(it -> it.setReference(to));
    }

    private static void retire(Patient survivor, Identifier number) {
        if (numbers(survivor, number).findAny().isEmpty()) {
            survivor.addIdentifier(number.copy());
        }
        numbers(survivor, number).forEach(it -> it.setUse(IdentifierUse.OLD));
    }

    /** Tells whether a merge has retired a number, either that of another record or of this one. */
    private static boolean isGone(Patient patient, Identifier number) {
        return MergedPatient.isRetired(patient)
                || numbers(patient, number).anyMatch(it -> it.getUse() == IdentifierUse.OLD);
    }

    private static Stream<Identifier> numbers(Patient patient, Identifier number) {
        return patient.getIdentifier().stream()
                .filter(it -> number.getValue().equals(it.getValue())
                        && number.getSystem().equals(it.getSystem()));
    }
}
