package health.salus.graphql;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.Set;

/** What the elements of FHIR are, by the names that they have in JSON. */
final class ElementShapes {

    // They are no records: an answer, a question, bytes, and the trail of who has seen what.
    private static final Set<String> NOT_ASKED = Set.of("OperationOutcome", "Parameters", "Binary", "AuditEvent");
    private static final Set<String> OF_EVERY_RESOURCE = Set.of("id", "meta", "implicitRules", "language");

    private final FhirContext context;

    ElementShapes(FhirContext context) {
        this.context = context;
    }

    boolean isResource(String type) {
        return context.getResourceTypes().contains(type) && !NOT_ASKED.contains(type);
    }

    /** Returns what an element of a resource is, or nothing if there is none of this name. */
    Optional<Shape> ofResource(String type, String name) {
        return name.equals("resourceType")
                ? Optional.of(new Shape.Plain())
                : part(context.getResourceDefinition(type), name);
    }

    /** Returns what an element is that every resource has. */
    Optional<Shape> ofEveryResource(String name) {
        return OF_EVERY_RESOURCE.contains(name) || name.equals("resourceType")
                ? ofResource("Basic", name)
                : Optional.empty();
    }

    Optional<Shape> besidePrimitive(String name) {
        return switch (name) {
            case "id" -> Optional.of(new Shape.Plain());
            case "extension" -> Optional.of(extension());
            default -> Optional.empty();
        };
    }

    /** Returns what a part of an element is, or nothing if it has no such part. */
    Optional<Shape> part(BaseRuntimeElementCompositeDefinition<?> whole, String name) {
        if (name.equals("id")) {
            return Optional.of(new Shape.Plain());
        }
        if (name.equals("extension") || name.equals("modifierExtension")) {
            return Optional.of(extension());
        }
        if (name.startsWith("_")) {
            return part(whole, name.substring(1))
                    .filter(Shape.Plain.class::isInstance)
                    .map(it -> new Shape.BesidePrimitive());
        }
        BaseRuntimeChildDefinition child = whole.getChildByName(name);
        return child == null || name.endsWith("[x]")
                ? Optional.empty()
                : Optional.of(shape(child.getChildByName(name)));
    }

    /** Reads a condition on elements; refuses one that is not understood. */
    ElementTest test(String condition, Shape.Complex element) {
        return ElementTest.of(condition, element.definition(), context);
    }

    /** Tells whether an element is a reference. */
    boolean isReference(Shape.Complex element) {
        return element.definition().getName().equals("Reference");
    }

    private Shape extension() {
        return new Shape.Complex((BaseRuntimeElementCompositeDefinition<?>) context.getElementDefinition("Extension"));
    }

    private static Shape shape(@Nullable BaseRuntimeElementDefinition<?> definition) {
        if (definition instanceof BaseRuntimeElementCompositeDefinition<?> composite
                && definition.getChildType() != BaseRuntimeElementDefinition.ChildTypeEnum.RESOURCE) {
            return new Shape.Complex(composite);
        }
        if (definition == null) {
            return new Shape.OfAnyType();
        }
        return switch (definition.getChildType()) {
            case RESOURCE, CONTAINED_RESOURCES, CONTAINED_RESOURCE_LIST -> new Shape.OfAnyType();
            default -> new Shape.Plain();
        };
    }
}
