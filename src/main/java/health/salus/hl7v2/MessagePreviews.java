package health.salus.hl7v2;

import health.salus.fhir.StoredResources;
import health.salus.fhir.WriteOrigin;
import health.salus.mapping.Mapped;
import health.salus.mapping.MappingResult;
import health.salus.mapping.Mappings;
import health.salus.mapping.PatientMerge;
import health.salus.mapping.Rejected;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Works out what processing a message would change, with the same rules and the same decisions, and writes nothing. It has to
 * run in a database transaction, which may be one that can only read.
 *
 * <p>Each message is held against the store as it is, not as other messages that are looked at with it would leave it.
 */
final class MessagePreviews {

    private final Feeds feeds;
    private final StoredResources resources;
    private final TransactionPlanner planner;
    private final PatientJoins joins;

    private MessagePreviews(Feeds feeds, StoredResources resources, TransactionPlanner planner, PatientJoins joins) {
        this.feeds = feeds;
        this.resources = resources;
        this.planner = planner;
        this.joins = joins;
    }

    /** Looks at the store in this database, with the limit that merges have. */
    static MessagePreviews in(JdbcClient database, Feeds feeds, int mostMoved) {
        StoredResources resources = StoredResources.in(database);
        return new MessagePreviews(
                feeds,
                resources,
                new TransactionPlanner(resources, new WrittenResources(database)),
                new PatientJoins(resources, mostMoved));
    }

    /** Looks at one message with these rules. */
    MessagePreview preview(WaitingMessage message, Mappings mappings) {
        MappingResult result = mappings.map(message.content(), feeds.source(message.feed()));
        return result instanceof Rejected rejected
                ? parked(message, mappings, rejected.reasons(), List.of())
                : preview(message, mappings, (Mapped) result);
    }

    private MessagePreview preview(WaitingMessage message, Mappings mappings, Mapped mapped) {
        MessageHeader header = MessageHeader.read(message.content()).orElseThrow();
        SentMessage sent =
                SentMessage.of(message, header, feeds.of(message.feed()).zone());
        TransactionPlan plan = planner.plan(sent, mapped);
        List<String> warnings = new ArrayList<>(
                Stream.concat(mapped.warnings().stream(), plan.notes().stream()).toList());
        if (plan.isRefused()) {
            return parked(message, mappings, plan.refusals(), warnings);
        }
        plan.targets().addAll(joins.records(message.tenant(), mapped.patientMerges()));
        plan.transaction()
                .addEntry(MessageProvenance.entry(message, header, mappings.version(), plan.targetReferences()));
        RecordedWrites writes = new RecordedWrites();
        writes.transaction(new WriteOrigin(message.tenant(), "preview"), plan.transaction());
        Optional<String> obstacle = join(message, mapped, plan, writes, warnings);
        if (obstacle.isPresent()) {
            return parked(message, mappings, List.of(obstacle.get()), warnings);
        }
        return new MessagePreview(
                message.id(),
                mappings.version(),
                plan.refusals().isEmpty() ? MessageState.PROCESSED : MessageState.INCOMPLETE,
                plan.refusals(),
                warnings,
                resources(message.tenant(), plan.targets(), writes.entries()));
    }

    /** A merge reads what the message itself has written before, and here nothing was. */
    private Optional<String> join(
            WaitingMessage message, Mapped mapped, TransactionPlan plan, RecordedWrites writes, List<String> warnings) {
        if (mapped.patientMerges().isEmpty()) {
            return Optional.empty();
        }
        if (makesPatient(plan.transaction())) {
            warnings.add("The patient of PID-3 is not in the store yet; what the merge would move is not shown");
            return Optional.empty();
        }
        MessageChanges changes =
                new MessageChanges(writes, new WriteOrigin(message.tenant(), "preview"), "urn:hl7v2:preview");
        for (PatientMerge merge : mapped.patientMerges()) {
            Optional<String> obstacle = joins.join(message.tenant(), merge, changes);
            if (obstacle.isPresent()) {
                return obstacle;
            }
        }
        return Optional.empty();
    }

    private static boolean makesPatient(Bundle transaction) {
        return transaction.getEntry().stream()
                .anyMatch(it -> it.getRequest().getMethod() == HTTPVerb.POST
                        && it.getResource().fhirType().equals("Patient"));
    }

    private List<PreviewedResource> resources(
            TenantId tenant, Set<String> targets, List<BundleEntryComponent> entries) {
        List<PreviewedResource> previewed = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (BundleEntryComponent entry : entries) {
            seen.add(entry.getFullUrl());
            PreviewedResource resource = resource(tenant, entry);
            seen.add(resource.resource());
            previewed.add(resource);
        }
        targets.stream()
                .filter(it -> !seen.contains(it))
                .forEach(it -> previewed.add(new PreviewedResource(PreviewedResource.Action.SKIP, it, List.of())));
        return previewed;
    }

    private PreviewedResource resource(TenantId tenant, BundleEntryComponent entry) {
        Resource after = entry.getResource();
        String name = entry.getRequest().getUrl();
        if (entry.getRequest().getMethod() == HTTPVerb.POST) {
            return new PreviewedResource(
                    PreviewedResource.Action.CREATE, after.fhirType(), ChangedElement.between(null, after));
        }
        Optional<Resource> before = resources.read(tenant, after.fhirType(), name.substring(name.indexOf('/') + 1));
        List<ChangedElement> changes = ChangedElement.between(before.orElse(null), after);
        if (before.isEmpty()) {
            return new PreviewedResource(PreviewedResource.Action.CREATE, name, changes);
        }
        return new PreviewedResource(
                changes.isEmpty() ? PreviewedResource.Action.SKIP : PreviewedResource.Action.UPDATE, name, changes);
    }

    private static MessagePreview parked(
            WaitingMessage message, Mappings mappings, List<String> reasons, List<String> warnings) {
        return new MessagePreview(message.id(), mappings.version(), MessageState.PARKED, reasons, warnings, List.of());
    }
}
