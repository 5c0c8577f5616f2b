package health.salus.mapping;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How an entry of a transaction goes into a resource that the store already has: element by element, so that what a message
 * does not mention stays. Where the store has none, the entry is written as it is.
 *
 * @param fullUrl  the entry's full URL; its request is a conditional update, {@code PUT Patient?identifier=…}
 * @param elements what becomes of each element the message speaks of, by its path, {@code birthDate} or {@code period.end};
 *     every other element of the stored resource stays
 * @see <a href="http://www.hl7.eu/HL7v2x/v251/std251/ch02.html">HL7 v2.5.1, 2.5.3.3 Fields: null and not present</a>
 */
public record FieldMerge(String fullUrl, Map<String, Treatment> elements) {

    private static final List<String> KINDS = List.of("url", "use", "type", "status");

    /** What becomes of an element that the store has. */
    public enum Treatment {
        /** It takes the values of the entry. */
        REPLACE,
        /** It is deleted, because the sender says so. */
        CLEAR,
        /** It gets those values of the entry that it does not have, as a list of identifiers does. */
        JOIN,
        /**
         * Its values are replaced by those of the entry that are of the same kind, which their {@code url}, {@code use},
         * {@code type} or {@code status} says; values of other kinds stay.
         */
        RENEW
    }

    public FieldMerge {
        elements = Collections.unmodifiableMap(new LinkedHashMap<>(elements));
    }

    /**
     * Merges an entry into what the store has.
     *
     * @param stored the resource as the store has it; it is not changed
     * @param sent   the resource of the entry, of the same type; it is not changed
     * @return the resource to write, with the stored one's id, and the sent one's {@code meta.source}. It equals the stored
     *     one in all but {@code meta} if the message brings nothing new
     */
    public Resource into(Resource stored, Resource sent) {
        Resource merged = stored.copy();
        Resource given = sent.copy();
        elements.forEach((path, treatment) -> merge(merged, given, List.of(path.split("\\.")), treatment));
        merged.getMeta().setSource(sent.getMeta().getSource());
        return merged;
    }

    private static void merge(Base target, Base source, List<String> path, Treatment treatment) {
        String name = path.get(0);
        if (path.size() == 1) {
            set(target, name, values(target, name), values(source, name), treatment);
            return;
        }
        List<Base> inner = values(source, name);
        if (inner.isEmpty() && values(target, name).isEmpty()) {
            return;
        }
        Base innerTarget = values(target, name).isEmpty()
                ? target.makeProperty(name.hashCode(), name)
                : values(target, name).get(0);
        Base innerSource = inner.isEmpty() ? innerTarget.copy() : inner.get(0);
        merge(innerTarget, innerSource, path.subList(1, path.size()), treatment);
    }

    private static void set(Base target, String name, List<Base> stored, List<Base> sent, Treatment treatment) {
        List<Base> values = new ArrayList<>();
        switch (treatment) {
            case REPLACE -> values.addAll(sent);
            case CLEAR -> {}
            case JOIN -> {
                values.addAll(stored);
                sent.stream()
                        .filter(it -> stored.stream().noneMatch(old -> isSame(old, it)))
                        .forEach(values::add);
            }
            case RENEW -> {
                Set<String> renewed = sent.stream().map(FieldMerge::kind).collect(Collectors.toSet());
                values.addAll(sent);
                stored.stream().filter(it -> !renewed.contains(kind(it))).forEach(values::add);
            }
        }
        replace(target, name, values);
    }

    private static boolean isSame(Base stored, Base sent) {
        if (stored instanceof Identifier some && sent instanceof Identifier other) {
            return Objects.equals(some.getSystem(), other.getSystem())
                    && Objects.equals(some.getValue(), other.getValue());
        }
        return stored.equalsDeep(sent);
    }

    private static String kind(Base value) {
        return KINDS.stream()
                .map(value::getNamedProperty)
                .filter(Objects::nonNull)
                .findFirst()
                .map(property -> property.getValues().stream()
                        .map(it -> it.isPrimitive() ? String.valueOf(it.primitiveValue()) : code(it))
                        .collect(Collectors.joining(" ")))
                .orElse("");
    }

    private static String code(Base type) {
        return type instanceof CodeableConcept concept
                ? concept.getCodingFirstRep().getCode() + concept.getText()
                : "";
    }

    private static List<Base> values(Base owner, String name) {
        Property property = owner.getNamedProperty(name);
        return property == null ? List.of() : List.copyOf(property.getValues());
    }

    private static void replace(Base target, String name, List<Base> values) {
        BaseRuntimeChildDefinition definition = FhirElement.definitionOf(target, name);
        definition.getMutator().setValue(target, null);
        for (IBase value : values) {
            definition.getMutator().addValue(target, value);
        }
    }
}
