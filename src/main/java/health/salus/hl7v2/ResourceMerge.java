package health.salus.hl7v2;

import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps what a newer message does not mention and does not mean to take back: a message may carry a part of a report, and
 * one that withdraws a result seldom repeats its value.
 */
final class ResourceMerge {

    private ResourceMerge() {}

    /** Fills what a message says of a resource up with what the store has; returns what is to be written. */
    static Resource replace(Resource stored, Resource incoming) {
        if (stored instanceof DiagnosticReport before && incoming instanceof DiagnosticReport now) {
            return report(before, now);
        }
        if (stored instanceof Observation before && incoming instanceof Observation now && isWithdrawal(now)) {
            Observation withdrawn = before.copy();
            withdrawn.setStatus(ObservationStatus.ENTEREDINERROR).setMeta(now.getMeta());
            return withdrawn;
        }
        return incoming;
    }

    /**
     * Adds to a report what an older message says: results that no newer one mentioned still belong to it.
     *
     * @return the stored resource itself if there is nothing to add
     */
    static Resource complete(Resource stored, Resource incoming) {
        if (!(stored instanceof DiagnosticReport before) || !(incoming instanceof DiagnosticReport now)) {
            return stored;
        }
        DiagnosticReport completed = before.copy();
        addMissing(completed.getResult(), now.getResult());
        if (completed.getResult().size() == before.getResult().size()) {
            return stored;
        }
        completed.setMeta(now.getMeta());
        return completed;
    }

    private static DiagnosticReport report(DiagnosticReport before, DiagnosticReport now) {
        DiagnosticReport merged = now.copy();
        merged.setResult(joined(before.getResult(), now.getResult()));
        merged.setSpecimen(joined(before.getSpecimen(), now.getSpecimen()));
        merged.setBasedOn(joined(before.getBasedOn(), now.getBasedOn()));
        if (!merged.hasPresentedForm()) {
            merged.setPresentedForm(before.copy().getPresentedForm());
        }
        if (!merged.hasConclusion()) {
            merged.setConclusion(before.getConclusion());
        }
        return merged;
    }

    private static boolean isWithdrawal(Observation now) {
        return now.getStatus() == ObservationStatus.ENTEREDINERROR && !now.hasValue() && !now.hasComponent();
    }

    private static List<Reference> joined(List<Reference> before, List<Reference> now) {
        List<Reference> joined =
                new ArrayList<>(before.stream().map(Reference::copy).toList());
        addMissing(joined, now);
        return joined;
    }

    private static void addMissing(List<Reference> references, List<Reference> more) {
        more.stream()
                .filter(it -> references.stream().noneMatch(present -> present.equalsDeep(it)))
                .map(Reference::copy)
                .forEach(references::add);
    }
}
