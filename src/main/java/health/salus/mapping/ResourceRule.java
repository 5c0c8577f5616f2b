package health.salus.mapping;

import health.salus.mapping.FieldMerge.Treatment;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ResourceFactory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a group of segments becomes a resource.
 *
 * @param place    where the rule stands
 * @param group    the resource is made once for each such group
 * @param when     whether it is made at all
 * @param key      its identity, an identifier that is added to the resource
 * @param shared   whether two groups with the same key give one resource, or two with numbered keys
 * @param merging  which elements the store keeps or gets more of
 * @param patches  when only some elements are brought into what the store has; the first whose condition holds counts
 * @param elements the rules for its elements
 */
record ResourceRule(
        String name,
        String place,
        String type,
        GroupRule group,
        Condition when,
        Expression key,
        WriteMethod write,
        boolean shared,
        Merging merging,
        List<Patch> patches,
        List<ElementRule> elements) {

    /**
     * Which elements a merge does not replace.
     *
     * @param kept   stay as the store has them
     * @param joined get what they do not have
     */
    record Merging(Set<String> kept, Set<String> joined) {

        Optional<Treatment> treat(String element, Treatment treatment) {
            if (kept.contains(element)) {
                return Optional.empty();
            }
            return Optional.of(joined.contains(element) && treatment != Treatment.CLEAR ? Treatment.JOIN : treatment);
        }
    }

    /**
     * When a resource brings only some of its elements into what the store has.
     *
     * @param only these elements
     */
    record Patch(Condition when, Set<String> only) {}

    ResourceRule {
        patches = List.copyOf(patches);
        elements = List.copyOf(elements);
    }

    /** Finds which resources the message gives, so that others can refer to them before they are filled. */
    void collect(SegmentGroup message, MappingRun run) {
        message.within(group)
                .map(it -> new Scope(it, run))
                .filter(when)
                .forEach(scope -> keyFor(scope)
                        .ifPresentOrElse(
                                identifier -> run.add(this, identifier, scope),
                                () -> run.findings()
                                        .reject(type + " has no identity ("
                                                + scope.group().position() + ")")));
    }

    Resource newResource() {
        return ResourceFactory.createResource(type);
    }

    /**
     * Sets the elements of a resource that this rule gives.
     *
     * @return how it goes into what the store has, if it does not replace that
     */
    Optional<FieldMerge> fill(Entry entry) {
        Map<String, Treatment> treatments = new LinkedHashMap<>();
        for (ElementRule element : elements) {
            String path = element.element().innerPath();
            element.apply(entry.resource(), entry.scope())
                    .flatMap(treatment -> merging.treat(path, treatment))
                    .ifPresent(treatment -> treatments.put(path, treatment));
        }
        Property identifiers = entry.resource().getNamedProperty("identifier");
        boolean present = identifiers.getValues().stream().anyMatch(it -> isSame((Identifier) it, entry.key()));
        if (!present) {
            entry.resource().setProperty("identifier", entry.key().copy());
        }
        Optional<Patch> patching =
                patches.stream().filter(it -> it.when().test(entry.scope())).findFirst();
        patching.ifPresent(it -> treatments.keySet().retainAll(it.only()));
        return write == WriteMethod.MERGE || patching.isPresent()
                ? Optional.of(new FieldMerge(entry.fullUrl(), treatments))
                : Optional.empty();
    }

    private Optional<Identifier> keyFor(Scope scope) {
        scope.run().trace().begin();
        List<? extends Base> keys = key.values(scope);
        scope.run().trace().end(type + ".identifier", place, !keys.isEmpty());
        return keys.isEmpty() ? Optional.empty() : Optional.of((Identifier) keys.get(0));
    }

    private static boolean isSame(Identifier some, Identifier other) {
        return other.getSystem().equals(some.getSystem()) && other.getValue().equals(some.getValue());
    }
}
