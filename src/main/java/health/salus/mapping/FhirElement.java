package health.salus.mapping;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildChoiceDefinition;
import ca.uhn.fhir.context.RuntimeChildExtension;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An element of a FHIR R4 resource, or of an element that has elements of its own, found in and checked against HAPI's
 * definitions.
 *
 * @param owner      where it is, {@code Patient} or {@code Patient.contact}
 * @param type       the definition of what has it
 * @param parents    the single elements that it lies in, outermost first
 * @param definition the element itself
 */
record FhirElement(
        String owner,
        BaseRuntimeElementCompositeDefinition<?> type,
        List<String> parents,
        BaseRuntimeChildDefinition definition) {

    private static final FhirContext FHIR = FhirContext.forR4Cached();

    /** Finds {@code status} or {@code collection.collected} of a resource, or throws {@link MappingSyntaxException}. */
    static FhirElement find(YamlNode place, String resource, String path) {
        return find(place, resource, FHIR.getResourceDefinition(resource), path);
    }

    /** Finds an element of this one, or throws {@link MappingSyntaxException}. */
    FhirElement inner(YamlNode place, String path) {
        if (!(valueDefinition() instanceof BaseRuntimeElementCompositeDefinition<?> composite)) {
            throw place.error(path() + " has no elements of its own");
        }
        return find(place, path(), composite, path);
    }

    private static FhirElement find(
            YamlNode place, String owner, BaseRuntimeElementCompositeDefinition<?> type, String path) {
        BaseRuntimeElementDefinition<?> innermost = type;
        List<String> names = List.of(path.split("\\."));
        List<String> parents = new ArrayList<>();
        for (String name : names.subList(0, names.size() - 1)) {
            BaseRuntimeChildDefinition parent = child(innermost, name);
            if (parent == null || parent.isMultipleCardinality()) {
                throw place.error(owner + " has no single element '" + name + "'");
            }
            innermost = Objects.requireNonNull(parent.getChildByName(name));
            parents.add(name);
        }
        BaseRuntimeChildDefinition definition = child(innermost, names.get(names.size() - 1));
        if (definition == null) {
            throw place.error(owner + " has no element '" + path + "'");
        }
        return new FhirElement(owner, type, List.copyOf(parents), definition);
    }

    /** Returns the elements that a resource must have. */
    static List<String> mandatory(String resource) {
        return mandatory(FHIR.getResourceDefinition(resource));
    }

    /** Returns the elements that a value of this element must have. */
    List<String> mandatory() {
        return valueDefinition() instanceof BaseRuntimeElementCompositeDefinition<?> composite
                ? mandatory(composite)
                : List.of();
    }

    private static List<String> mandatory(BaseRuntimeElementCompositeDefinition<?> type) {
        return type.getChildren().stream()
                .filter(child -> child.getMin() > 0)
                .map(BaseRuntimeChildDefinition::getElementName)
                .toList();
    }

    static boolean isResource(String type) {
        return FHIR.getResourceTypes().contains(type);
    }

    /** Finds the definition of an element that a resource or one of its elements is known to have. */
    static BaseRuntimeChildDefinition definitionOf(Base holder, String name) {
        BaseRuntimeElementDefinition<?> type = FHIR.getElementDefinition(holder.getClass());
        return Objects.requireNonNull(child(Objects.requireNonNull(type), name));
    }

    String name() {
        return definition.getElementName();
    }

    /** Returns the path inside the owner: {@code period.end}. */
    String innerPath() {
        return parents.isEmpty() ? name() : String.join(".", parents) + "." + name();
    }

    /** Returns the whole path: {@code Encounter.period.end}. */
    String path() {
        return owner + "." + innerPath();
    }

    boolean isMandatory() {
        return parents.isEmpty() && definition.getMin() > 0;
    }

    boolean isRepeating() {
        return definition.isMultipleCardinality();
    }

    /** Makes an empty value of this element, which has elements of its own. */
    Base newValue() {
        return (Base) valueDefinition().newInstance();
    }

    /** Checks that this element can hold what an expression gives, or throws {@link MappingSyntaxException}. */
    void check(Expression expression, YamlNode place) {
        for (Class<? extends Base> given : expression.types()) {
            if (!accepts(given)) {
                throw place.error(owner + "." + name() + " cannot be a " + given.getSimpleName());
            }
        }
        for (String code : expression.codes()) {
            try {
                set((Base) type.newInstance(), new CodeType(code));
            } catch (FHIRException unknown) {
                throw place.error(owner + "." + name() + " cannot be '" + code + "'");
            }
        }
    }

    /** Adds a value to a repeating element or sets a single one. */
    void set(Base target, Base value) {
        Base holder = target;
        for (String parent : parents) {
            holder = holder.makeProperty(parent.hashCode(), parent);
        }
        holder.setProperty(isChoice() ? name() + "[x]" : name(), asSent(value));
    }

    /** HAPI turns no integer into one of the narrower types by itself. */
    private Base asSent(Base value) {
        if (!(value instanceof IntegerType number) || isChoice()) {
            return value;
        }
        IntegerType count = (IntegerType) newValue();
        count.setValue(number.getValue());
        return count;
    }

    private boolean isChoice() {
        return definition instanceof RuntimeChildChoiceDefinition && !(definition instanceof RuntimeChildExtension);
    }

    private BaseRuntimeElementDefinition<?> valueDefinition() {
        return Objects.requireNonNull(definition.getChildByName(name()), "a choice of types has no elements");
    }

    private boolean accepts(Class<? extends Base> given) {
        if (definition.getValidChildNames().stream()
                .map(definition::getChildByName)
                .filter(Objects::nonNull)
                .anyMatch(it -> it.getImplementingClass() == given)) {
            return true;
        }
        // FHIR's counts are whole numbers that are not negative.
        if (given == IntegerType.class && !isChoice()) {
            return IntegerType.class.isAssignableFrom(valueDefinition().getImplementingClass());
        }
        // Texts and codes become whichever simple type the element has; a choice has none to become.
        return (given == StringType.class || given == CodeType.class)
                && !isChoice()
                && PrimitiveType.class.isAssignableFrom(valueDefinition().getImplementingClass());
    }

    private static @Nullable BaseRuntimeChildDefinition child(BaseRuntimeElementDefinition<?> owner, String name) {
        if (!(owner instanceof BaseRuntimeElementCompositeDefinition<?> composite)) {
            return null;
        }
        BaseRuntimeChildDefinition child = composite.getChildByName(name);
        return child != null ? child : composite.getChildByName(name + "[x]");
    }
}
