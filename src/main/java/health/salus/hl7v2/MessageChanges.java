package health.salus.hl7v2;

import health.salus.audit.AuditTarget;
import health.salus.audit.AuditUse;
import health.salus.fhir.ResourceWriter;
import health.salus.fhir.WriteOrigin;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryResponseComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What is written on behalf of one message, and what that changed. */
final class MessageChanges {

    /** HAPI's code for an update that says what the store says already ends like this. */
    private static final String NO_CHANGE = "_NO_CHANGE";

    private static final int MOST_AT_ONCE = 200;
    private static final Set<ObservationStatus> CORRECTED =
            EnumSet.of(ObservationStatus.CORRECTED, ObservationStatus.AMENDED, ObservationStatus.ENTEREDINERROR);

    private final ResourceWriter writer;
    private final WriteOrigin origin;
    private final String source;
    private final List<AuditTarget> targets = new ArrayList<>();
    private int corrections;

    /**
     * Begins with nothing.
     *
     * @param source the {@code meta.source} of what the message changes
     */
    MessageChanges(ResourceWriter writer, WriteOrigin origin, String source) {
        this.writer = writer;
        this.origin = origin;
        this.source = source;
    }

    /** Runs a FHIR transaction and returns its response. */
    Bundle write(Bundle transaction) {
        return write(origin, transaction);
    }

    private Bundle write(WriteOrigin from, Bundle transaction) {
        Bundle response = writer.transaction(from, transaction);
        for (int index = 0; index < transaction.getEntry().size(); index++) {
            note(
                    transaction.getEntry().get(index),
                    response.getEntry().get(index).getResponse(),
                    from.moves());
        }
        return response;
    }

    /** Writes new versions of resources that the store has, also into another patient's record, unless another was faster. */
    void update(List<Resource> resources) {
        for (int start = 0; start < resources.size(); start += MOST_AT_ONCE) {
            Bundle transaction = new Bundle();
            transaction.setType(Bundle.BundleType.TRANSACTION);
            resources
                    .subList(start, Math.min(start + MOST_AT_ONCE, resources.size()))
                    .forEach(it -> addUpdate(transaction, it));
            write(origin.moving(), transaction);
        }
    }

    private void addUpdate(Bundle transaction, Resource resource) {
        String version = resource.getMeta().getVersionId();
        resource.getMeta().setSource(source);
        transaction
                .addEntry()
                .setResource(resource)
                .getRequest()
                .setMethod(HTTPVerb.PUT)
                .setUrl(PlannedEntries.name(resource))
                .setIfMatch("W/\"" + version + "\"");
    }

    /** Every version that was made, in the order of writing. */
    List<AuditTarget> targets() {
        return List.copyOf(targets);
    }

    /** How many results were corrected, or taken back. */
    int corrections() {
        return corrections;
    }

    private void note(BundleEntryComponent request, BundleEntryResponseComponent response, boolean moving) {
        boolean unchanged = response.getOutcome() instanceof OperationOutcome outcome
                && outcome.getIssue().stream()
                        .flatMap(issue -> issue.getDetails().getCoding().stream())
                        .anyMatch(it -> it.getCode() != null && it.getCode().endsWith(NO_CHANGE));
        if (!unchanged && response.hasLocation()) {
            // The transaction has put the ids of what it made into the references by now.
            Resource resource = request.getResource();
            resource.setId(response.getLocation());
            AuditUse use = response.getStatus().startsWith("201") ? AuditUse.CREATED : AuditUse.UPDATED;
            targets.add(AuditTarget.of(resource, use));
            if (!moving && resource instanceof Observation result && CORRECTED.contains(result.getStatus())) {
                corrections++;
            }
        }
    }
}
