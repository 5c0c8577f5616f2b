package health.salus.mapping;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildChoiceDefinition;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An element of a FHIR R4 resource that a rule sets, found in and checked against HAPI's definitions.
 *
 * @param resource   the type of the resource
 * @param parents    the single elements that it lies in, outermost first
 * @param definition the element itself
 */
record FhirElement(String resource, List<String> parents, BaseRuntimeChildDefinition definition) {

    private static final FhirContext FHIR = FhirContext.forR4Cached();

    /** Finds {@code status} or {@code collection.collected}, or throws {@link MappingSyntaxException}. */
    static FhirElement find(YamlNode place, String resource, String path) {
        BaseRuntimeElementDefinition<?> owner = FHIR.getResourceDefinition(resource);
        List<String> names = List.of(path.split("\\."));
        List<String> parents = new ArrayList<>();
        for (String name : names.subList(0, names.size() - 1)) {
            BaseRuntimeChildDefinition parent = child(owner, name);
            if (parent == null || parent.isMultipleCardinality()) {
                throw place.error(resource + " has no single element '" + name + "'");
            }
            owner = Objects.requireNonNull(parent.getChildByName(name));
            parents.add(name);
        }
        BaseRuntimeChildDefinition definition = child(owner, names.get(names.size() - 1));
        if (definition == null) {
            throw place.error(resource + " has no element '" + path + "'");
        }
        return new FhirElement(resource, List.copyOf(parents), definition);
    }

    /** Returns the elements that a resource must have. */
    static List<String> mandatory(String resource) {
        return FHIR.getResourceDefinition(resource).getChildren().stream()
                .filter(child -> child.getMin() > 0)
                .map(BaseRuntimeChildDefinition::getElementName)
                .toList();
    }

    static boolean isResource(String type) {
        return FHIR.getResourceTypes().contains(type);
    }

    String name() {
        return definition.getElementName();
    }

    boolean isMandatory() {
        return parents.isEmpty() && definition.getMin() > 0;
    }

    boolean isRepeating() {
        return definition.isMultipleCardinality();
    }

    /** Checks that this element can hold what an expression gives, or throws {@link MappingSyntaxException}. */
    void check(Expression expression, YamlNode place) {
        for (Class<? extends Base> type : expression.types()) {
            if (!accepts(type)) {
                throw place.error(resource + "." + name() + " cannot be a " + type.getSimpleName());
            }
        }
        for (String code : expression.codes()) {
            try {
                set((Resource) FHIR.getResourceDefinition(resource).newInstance(), new CodeType(code));
            } catch (FHIRException unknown) {
                throw place.error(resource + "." + name() + " cannot be '" + code + "'");
            }
        }
    }

    /** Adds a value to a repeating element or sets a single one. */
    void set(Resource target, Base value) {
        Base owner = target;
        for (String parent : parents) {
            owner = owner.makeProperty(parent.hashCode(), parent);
        }
        boolean choice = definition instanceof RuntimeChildChoiceDefinition;
        owner.setProperty(choice ? name() + "[x]" : name(), value);
    }

    private boolean accepts(Class<? extends Base> type) {
        if (definition.getValidChildNames().stream()
                .map(definition::getChildByName)
                .filter(Objects::nonNull)
                .anyMatch(it -> it.getImplementingClass() == type)) {
            return true;
        }
        // Texts and codes become whichever simple type the element has; a choice has none to become.
        return (type == StringType.class || type == CodeType.class)
                && !(definition instanceof RuntimeChildChoiceDefinition)
                && PrimitiveType.class.isAssignableFrom(Objects.requireNonNull(definition.getChildByName(name()))
                        .getImplementingClass());
    }

    private static @Nullable BaseRuntimeChildDefinition child(BaseRuntimeElementDefinition<?> owner, String name) {
        if (!(owner instanceof BaseRuntimeElementCompositeDefinition<?> composite)) {
            return null;
        }
        BaseRuntimeChildDefinition child = composite.getChildByName(name);
        return child != null ? child : composite.getChildByName(name + "[x]");
    }
}
