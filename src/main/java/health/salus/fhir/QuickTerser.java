package health.salus.fhir;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildDirectResource;
import ca.uhn.fhir.context.RuntimeChildExtension;
import ca.uhn.fhir.util.FhirTerser;
import ca.uhn.fhir.util.ResourceReferenceInfo;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds all elements of one datatype in a resource, as HAPI does and in the same order, but looks only at those children in
 * which such an element can lie. HAPI looks at every child, and does so half a dozen times for each resource that is read,
 * written or stored, mostly for its references.
 */
final class QuickTerser extends FhirTerser {

    private final FhirContext context;
    // By the datatype that is looked for.
    private final Map<Class<?>, Map<BaseRuntimeElementDefinition<?>, List<BaseRuntimeChildDefinition>>> children =
            new ConcurrentHashMap<>();

    QuickTerser(FhirContext context) {
        super(context);
        this.context = context;
    }

    @Override
    public <T extends IBase> List<T> getAllPopulatedChildElementsOfType(IBaseResource resource, Class<T> type) {
        if (type.isAssignableFrom(resource.getClass()) || IBaseResource.class.isAssignableFrom(type)) {
            return super.getAllPopulatedChildElementsOfType(resource, type);
        }
        List<T> found = new ArrayList<>();
        new Walk(type, (owner, path, element) -> found.add(type.cast(element))).resource(resource);
        return found;
    }

    @Override
    public List<ResourceReferenceInfo> getAllResourceReferences(IBaseResource resource) {
        List<ResourceReferenceInfo> found = new ArrayList<>();
        new Walk(
                        IBaseReference.class,
                        (owner, path, element) -> found.add(
                                new ResourceReferenceInfo(context, owner, path.names(), (IBaseReference) element)))
                .resource(resource);
        return found;
    }

    /** Takes what was found. */
    private interface Finds {

        void take(IBaseResource owner, Path path, IBase element);
    }

    /** The names of the elements on the way from a resource to one of its elements. */
    private record Path(@Nullable Path parent, String name) {

        static final Path ROOT = new Path(null, "");

        List<String> names() {
            Deque<String> names = new ArrayDeque<>();
            for (Path step = this; step.parent != null; step = step.parent) {
                names.addFirst(step.name);
            }
            return List.copyOf(names);
        }
    }

    private final class Walk {

        private final Class<?> type;
        private final Finds finds;
        private final Map<BaseRuntimeElementDefinition<?>, List<BaseRuntimeChildDefinition>> known;
        private final List<IBaseResource> under = new ArrayList<>(2);

        Walk(Class<?> type, Finds finds) {
            this.type = type;
            this.finds = finds;
            this.known = children.computeIfAbsent(type, it -> new ConcurrentHashMap<>());
        }

        /** Walks through a resource, unless it is in a circle of references that it is walked through already. */
        void resource(IBaseResource resource) {
            if (under.stream().noneMatch(it -> it == resource)) {
                under.add(resource);
                below(resource, resource, Path.ROOT, context.getResourceDefinition(resource));
                under.remove(under.size() - 1);
            }
        }

        private void below(IBaseResource owner, IBase element, Path path, BaseRuntimeElementDefinition<?> definition) {
            for (BaseRuntimeChildDefinition child : known.computeIfAbsent(definition, this::promising)) {
                for (IBase value : child.getAccessor().getValues(element)) {
                    if (value != null) {
                        element(owner, value, path, child);
                    }
                }
            }
        }

        private void element(IBaseResource owner, IBase element, Path parent, BaseRuntimeChildDefinition child) {
            Path path = new Path(parent, child.getElementName());
            if (type.isInstance(element)) {
                if (element.isEmpty()) {
                    return;
                }
                finds.take(owner, path, element);
            }
            if (element instanceof IBaseReference reference) {
                target(reference);
            }
            below(owner, element, path, definition(child, element));
        }

        // A resource that a reference holds without an address will be contained when it is written.
        private void target(IBaseReference reference) {
            IBaseResource target = reference.getResource();
            if (target != null
                    && (!target.getIdElement().hasIdPart()
                            || target.getIdElement().isLocal())) {
                resource(target);
            }
        }

        private BaseRuntimeElementDefinition<?> definition(BaseRuntimeChildDefinition child, IBase element) {
            if (element instanceof IBaseResource contained) {
                return context.getResourceDefinition(contained);
            }
            BaseRuntimeElementDefinition<?> declared = child.getChildElementDefinitionByDatatype(element.getClass());
            return declared != null ? declared : context.getElementDefinition(element.getClass());
        }

        private List<BaseRuntimeChildDefinition> promising(BaseRuntimeElementDefinition<?> definition) {
            return definition instanceof BaseRuntimeElementCompositeDefinition<?> composite
                    ? composite.getChildrenAndExtension().stream()
                            .filter(this::isPromising)
                            .toList()
                    : List.of();
        }

        private boolean isPromising(BaseRuntimeChildDefinition child) {
            return child instanceof RuntimeChildExtension
                    || !(child instanceof RuntimeChildDirectResource)
                            && child.getValidChildNames().stream()
                                    .map(child::getChildByName)
                                    .anyMatch(this::canHold);
        }

        // Every datatype with elements can have extensions; HAPI does not look into those of primitive values.
        private boolean canHold(BaseRuntimeElementDefinition<?> definition) {
            Class<?> implementation = definition.getImplementingClass();
            return switch (definition.getChildType()) {
                case PRIMITIVE_DATATYPE, ID_DATATYPE, PRIMITIVE_XHTML, PRIMITIVE_XHTML_HL7ORG ->
                    type.isAssignableFrom(implementation) || implementation.isAssignableFrom(type);
                default -> true;
            };
        }
    }
}
