package health.salus.hl7v2;

import health.salus.fhir.ResourceWriter;
import health.salus.fhir.WriteOrigin;
import health.salus.mapping.Mapped;
import health.salus.mapping.PatientMerge;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Reference;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Holds what a message was mapped to against what the store has, and writes what is new. */
final class MessageWriter {

    private final TransactionPlanner planner;
    private final PatientJoins joins;
    private final ResourceWriter writer;
    private final WrittenResources written;

    MessageWriter(TransactionPlanner planner, PatientJoins joins, ResourceWriter writer, WrittenResources written) {
        this.planner = planner;
        this.joins = joins;
        this.writer = writer;
        this.written = written;
    }

    /** Begins to write a message. */
    MessageChanges changes(SentMessage message, Mapped mapped) {
        String source =
                mapped.transaction().getEntryFirstRep().getResource().getMeta().getSource();
        return new MessageChanges(writer, new WriteOrigin(message.tenant(), "hl7v2:" + message.feed()), source);
    }

    /**
     * Writes a message. After any other outcome than {@link Outcome.Processed} the database transaction has to be rolled back.
     *
     * @param provenance makes the entry that names what the message is about
     * @param changes    takes what is written
     */
    Outcome write(
            SentMessage message,
            Mapped mapped,
            Function<List<Reference>, BundleEntryComponent> provenance,
            MessageChanges changes) {
        TransactionPlan plan = planner.plan(message, mapped);
        if (plan.isRefused()) {
            return new Outcome.Parked(String.join("\n", plan.refusals()));
        }
        plan.targets().addAll(joins.records(message.tenant(), mapped.patientMerges()));
        plan.transaction().addEntry(provenance.apply(plan.targetReferences()));
        Bundle response = changes.write(plan.transaction());
        written.note(message, plan.written(response));
        for (PatientMerge merge : mapped.patientMerges()) {
            Optional<String> obstacle = joins.join(message.tenant(), merge, changes);
            if (obstacle.isPresent()) {
                return new Outcome.Parked(obstacle.get());
            }
        }
        return new Outcome.Processed(
                Stream.concat(mapped.warnings().stream(), plan.notes().stream()).toList(),
                plan.refusals(),
                changes.corrections());
    }
}
