package health.salus.fhir;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeChildDefinition.IAccessor;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.BackboneElement;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Finds what resources carry of attachments, in one walk over each: this runs for every resource that is written or
 * shown, so it reads the fields as HAPI's model lays them out and builds nothing on the way.
 */
@Component
class AttachmentWalk {

    private static final Set<BundleType> EXCHANGES = EnumSet.of(
            BundleType.TRANSACTION,
            BundleType.TRANSACTIONRESPONSE,
            BundleType.BATCH,
            BundleType.BATCHRESPONSE,
            BundleType.SEARCHSET,
            BundleType.HISTORY);
    // These are not read as fields: the model makes empty lists of them for whoever asks.
    private static final Set<String> APART = Set.of("contained", "extension", "modifierExtension");

    private final FhirContext context;
    private final Map<Class<?>, List<IAccessor>> accessors = new ConcurrentHashMap<>();

    AttachmentWalk(FhirContext context) {
        this.context = context;
    }

    /**
     * What a resource carries that is stored as one: with what it contains, and for a document with its entries.
     */
    Carrier carrier(Resource resource) {
        Carrier carrier = new Carrier(resource, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        visit(resource, carrier);
        return carrier;
    }

    /** What the resources of an answer or of a transaction carry, one by one. The body of a patch is no resource. */
    List<Carrier> carriers(Resource resource) {
        return resources(resource).map(this::carrier).toList();
    }

    private static Stream<Resource> resources(Resource resource) {
        if (resource instanceof Bundle bundle && EXCHANGES.contains(bundle.getType())) {
            return bundle.getEntry().stream()
                    .filter(entry -> entry.hasResource() && entry.getRequest().getMethod() != Bundle.HTTPVerb.PATCH)
                    .flatMap(entry -> resources(entry.getResource()));
        }
        if (resource instanceof Parameters parameters && !parameters.hasId()) {
            return parameters.getParameter().stream().flatMap(AttachmentWalk::parts);
        }
        return Stream.of(resource);
    }

    private static Stream<Resource> parts(ParametersParameterComponent parameter) {
        return Stream.concat(
                Stream.ofNullable(parameter.getResource()).flatMap(AttachmentWalk::resources),
                parameter.getPart().stream().flatMap(AttachmentWalk::parts));
    }

    private void visit(IBase element, Carrier carrier) {
        if (element instanceof Attachment attachment) {
            carrier.attachments().add(attachment);
        } else if (element instanceof Binary binary) {
            carrier.binaries().add(binary);
        }
        visitExtensions(element, carrier);
        if (element instanceof DomainResource domain && domain.hasContained()) {
            domain.getContained().forEach(it -> visit(it, carrier));
        }
        for (IAccessor accessor : accessors.computeIfAbsent(element.getClass(), this::accessorsOf)) {
            for (IBase child : accessor.getValues(element)) {
                visit(child, carrier);
            }
        }
    }

    private void visitExtensions(IBase element, Carrier carrier) {
        if (element instanceof Element any && any.hasExtension()) {
            visit(any.getExtension(), carrier);
        }
        if (element instanceof BackboneElement backbone && backbone.hasModifierExtension()) {
            visit(backbone.getModifierExtension(), carrier);
        }
        if (element instanceof DomainResource domain && domain.hasExtension()) {
            visit(domain.getExtension(), carrier);
        }
        if (element instanceof DomainResource domain && domain.hasModifierExtension()) {
            visit(domain.getModifierExtension(), carrier);
        }
    }

    private void visit(List<Extension> extensions, Carrier carrier) {
        for (Extension extension : extensions) {
            if (BlobReference.isReserved(extension)) {
                carrier.reserved().add(extension);
            }
            visit(extension, carrier);
        }
    }

    @SuppressWarnings("unchecked")
    private List<IAccessor> accessorsOf(Class<?> type) {
        return context.getElementDefinition((Class<? extends IBase>) type)
                        instanceof BaseRuntimeElementCompositeDefinition<?> composite
                ? composite.getChildren().stream()
                        .filter(child -> !APART.contains(child.getElementName()))
                        .map(BaseRuntimeChildDefinition::getAccessor)
                        .filter(Objects::nonNull)
                        .toList()
                : List.of();
    }
}
