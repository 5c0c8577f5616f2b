package health.salus.hl7v2;

import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Decides entry by entry what a message changes in the store. */
final class PlannedEntries {

    private final SentMessage message;
    private final Map<String, EntryMerge> merges;
    private final Map<String, WrittenFrom> lastWritten;
    private final TransactionPlan plan = TransactionPlan.empty();

    /**
     * Makes a decision for one message.
     *
     * @param lastWritten by the name of the resource
     */
    PlannedEntries(SentMessage message, Map<String, EntryMerge> merges, Map<String, WrittenFrom> lastWritten) {
        this.message = message;
        this.merges = merges;
        this.lastWritten = lastWritten;
    }

    /** {@code Type/id}. */
    static String name(Resource stored) {
        return stored.fhirType() + "/" + stored.getIdElement().getIdPart();
    }

    /** Finds for each entry, by its full URL, the one resource that it is about, if the store has it. */
    Map<String, String> place(Map<ConditionalEntry, List<Resource>> found) {
        Map<String, String> places = new HashMap<>();
        found.forEach((entry, matches) -> {
            if (matches.size() == 1) {
                places.put(entry.entry().getFullUrl(), name(matches.get(0)));
            }
        });
        return places;
    }

    /** Decides about each entry, after the references between them were resolved. */
    TransactionPlan plan(Map<ConditionalEntry, List<Resource>> found, List<BundleEntryComponent> others) {
        found.forEach((entry, matches) -> {
            if (matches.size() == 1 && isOfAnother(entry.resource(), matches.get(0))) {
                refuse(entry, matches.get(0), found);
            }
        });
        found.forEach((entry, matches) -> {
            if (matches.isEmpty()) {
                create(entry);
            } else if (matches.size() > 1) {
                // The store answers 412, which is tried again and then parked: a person has to say which is meant.
                plan.transaction().addEntry(entry.entry());
            } else if (!isOfAnother(entry.resource(), matches.get(0))) {
                present(entry, matches.get(0));
            }
        });
        others.forEach(plan.transaction()::addEntry);
        return plan;
    }

    private void create(ConditionalEntry entry) {
        String fullUrl = entry.entry().getFullUrl();
        plan.targets().add(fullUrl);
        if (entry.update()) {
            // Should another writer be faster, the answer says so and the message is tried again: its result may be
            // newer.
            String url = entry.entry().getRequest().getUrl();
            entry.entry()
                    .getRequest()
                    .setMethod(HTTPVerb.POST)
                    .setUrl(entry.type())
                    .setIfNoneExist(url.substring(url.indexOf('?') + 1));
            plan.updated().add(fullUrl);
        }
        plan.transaction().addEntry(entry.entry());
    }

    private void present(ConditionalEntry entry, Resource stored) {
        plan.targets().add(name(stored));
        if (!entry.update()) {
            return;
        }
        Resource incoming = merged(entry, stored);
        if (ResultOrder.isOutdated(stored, incoming, lastWritten.get(name(stored)), message)) {
            plan.notes().add("What the store has of the " + entry.type() + " is newer and was left");
            write(entry, stored, ResourceMerge.complete(stored, incoming));
            return;
        }
        plan.updated().add(name(stored));
        write(entry, stored, ResourceMerge.replace(stored, incoming));
    }

    private Resource merged(ConditionalEntry entry, Resource stored) {
        EntryMerge merge = merges.get(entry.entry().getFullUrl());
        return merge == null ? entry.resource() : merge.into(stored, entry.resource());
    }

    private void write(ConditionalEntry entry, Resource stored, Resource resource) {
        if (saysTheSame(stored, resource)) {
            return;
        }
        entry.entry().setResource(resource);
        entry.entry()
                .getRequest()
                .setMethod(HTTPVerb.PUT)
                .setUrl(name(stored))
                .setIfMatch("W/\"" + stored.getMeta().getVersionId() + "\"");
        plan.transaction().addEntry(entry.entry());
    }

    private static boolean saysTheSame(Resource stored, Resource resource) {
        Resource before = stored.copy();
        Resource now = resource.copy();
        Stream.of(before, now).forEach(it -> it.setMeta(null).setId((String) null));
        return before.equalsDeep(now);
    }

    /** Leaves an entry out; what refers to it keeps the number, but no link leads into another patient's record. */
    private void refuse(ConditionalEntry entry, Resource stored, Map<ConditionalEntry, List<Resource>> found) {
        plan.refusals()
                .add("The " + entry.type() + " with this number belongs to another patient and was not touched ("
                        + entry.entry().getFullUrl() + ")");
        found.keySet().stream()
                .flatMap(it -> TransactionPlanner.references(it.resource()))
                .filter(it -> it.getReference().equals(name(stored)))
                .forEach(it -> unlink(it, entry.key()));
    }

    private static void unlink(Reference reference, Identifier key) {
        reference.setReference(null).setIdentifier(key.copy());
        reference.setResource(null);
    }

    /** Tells whether the store's resource is a part of another patient's record. */
    private static boolean isOfAnother(Resource incoming, Resource stored) {
        String before = subject(stored);
        return !before.isEmpty() && !before.equals(subject(incoming));
    }

    private static String subject(Resource resource) {
        return Stream.of("subject", "patient", "beneficiary")
                .map(resource::getNamedProperty)
                .filter(property -> property != null && property.hasValues())
                .map(Property::getValues)
                .map(values -> target(values.get(0)))
                .findFirst()
                .orElse("");
    }

    private static String target(Base value) {
        return value instanceof Reference reference && reference.hasReference() ? reference.getReference() : "";
    }
}
