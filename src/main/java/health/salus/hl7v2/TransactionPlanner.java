package health.salus.hl7v2;

import ca.uhn.fhir.context.FhirContext;
import health.salus.fhir.StoredResources;
import health.salus.mapping.FieldMerge;
import health.salus.mapping.Mapped;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds the transaction of a message against what the store has, so that an old result never replaces a newer one and
 * nothing of one patient is tied to another. It has to run in the database transaction in which the plan is written.
 */
final class TransactionPlanner {

    private final StoredResources resources;
    private final WrittenResources written;

    TransactionPlanner(StoredResources resources, WrittenResources written) {
        this.resources = resources;
        this.written = written;
    }

    /**
     * Plans a transaction.
     *
     * @param mapped what the mapping made of the message; its transaction is changed on the way
     */
    TransactionPlan plan(SentMessage message, Mapped mapped) {
        Bundle transaction = mapped.transaction();
        List<BundleEntryComponent> others = new ArrayList<>();
        List<ConditionalEntry> entries = new ArrayList<>();
        transaction
                .getEntry()
                .forEach(it -> ConditionalEntry.of(it).ifPresentOrElse(entries::add, () -> others.add(it)));
        Map<ConditionalEntry, List<Resource>> found = find(message, entries);
        PlannedEntries planned =
                new PlannedEntries(message, merges(mapped), written.find(message.tenant(), names(found)));
        references(transaction, planned.place(found));
        return planned.plan(found, others);
    }

    private Map<ConditionalEntry, List<Resource>> find(SentMessage message, List<ConditionalEntry> entries) {
        Map<String, List<Identifier>> wanted = entries.stream()
                .collect(Collectors.groupingBy(
                        ConditionalEntry::type, Collectors.mapping(ConditionalEntry::key, Collectors.toList())));
        List<Resource> stored = resources.find(message.tenant(), wanted);
        Map<ConditionalEntry, List<Resource>> found = new LinkedHashMap<>();
        entries.forEach(entry -> found.put(
                entry,
                MergedPatient.present(stored.stream().filter(entry::matches).toList())));
        return found;
    }

    private static Map<String, EntryMerge> merges(Mapped mapped) {
        return mapped.merges().stream().collect(Collectors.toMap(FieldMerge::fullUrl, merge -> merge::into));
    }

    private static List<String> names(Map<ConditionalEntry, List<Resource>> found) {
        return found.values().stream()
                .flatMap(List::stream)
                .map(PlannedEntries::name)
                .distinct()
                .toList();
    }

    /** Lets every reference to something that the store has name it by its id. */
    private static void references(Bundle transaction, Map<String, String> places) {
        transaction.getEntry().stream()
                .flatMap(entry -> references(entry.getResource()))
                .forEach(it -> it.setReference(places.getOrDefault(it.getReference(), it.getReference())));
    }

    /** All references in a resource. */
    static Stream<Reference> references(Resource resource) {
        return FhirContext.forR4Cached()
                .newTerser()
                .getAllPopulatedChildElementsOfType(resource, IBaseReference.class)
                .stream()
                .filter(Reference.class::isInstance)
                .map(Reference.class::cast)
                .filter(Reference::hasReference);
    }
}
