package health.salus.fhir;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.util.FhirTerser;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the {@link Attachment} elements of resources. Most resource types have no such element and are passed over
 * without a look at their content, since this runs for every resource that is written or shown.
 */
@Component
class AttachmentTypes {

    private static final Set<BundleType> EXCHANGES = EnumSet.of(
            BundleType.TRANSACTION,
            BundleType.TRANSACTIONRESPONSE,
            BundleType.BATCH,
            BundleType.BATCHRESPONSE,
            BundleType.SEARCHSET,
            BundleType.HISTORY);

    private final FhirTerser terser;
    private final Set<String> types;

    AttachmentTypes(FhirContext context) {
        this.terser = context.newTerser();
        this.types = context.getResourceTypes().stream()
                .filter(type -> !type.equals("Bundle") && !type.equals("Parameters"))
                .filter(type -> hasAttachment(context.getResourceDefinition(type), new HashSet<>()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** All attachments of a resource and of what it contains; of a Bundle of requests or answers, those of its entries. */
    Stream<Attachment> attachments(Resource resource) {
        return resources(resource)
                .flatMap(AttachmentTypes::withContained)
                .filter(it -> types.contains(it.fhirType()))
                .flatMap(it -> terser.getAllPopulatedChildElementsOfType(it, Attachment.class).stream())
                // The terser enters contained resources by itself, so an attachment may come twice.
                .distinct();
    }

    /**
     * The resource itself, or the entries of a Bundle of requests or answers, but not the body of a patch, which is no
     * content of its own. A Bundle that is a resource, such as a document, is one thing and stays as it is: what is inside
     * has no address under which its bytes could be read.
     */
    Stream<Resource> resources(Resource resource) {
        if (!(resource instanceof Bundle bundle)) {
            return Stream.of(resource);
        }
        if (bundle.getType() == null || !EXCHANGES.contains(bundle.getType())) {
            return Stream.empty();
        }
        return bundle.getEntry().stream()
                .filter(entry -> entry.hasResource() && entry.getRequest().getMethod() != Bundle.HTTPVerb.PATCH)
                .map(Bundle.BundleEntryComponent::getResource)
                .filter(entry -> !(entry instanceof Bundle));
    }

    private static Stream<Resource> withContained(Resource resource) {
        List<Resource> contained = resource instanceof DomainResource domain ? domain.getContained() : List.of();
        return Stream.concat(Stream.of(resource), contained.stream());
    }

    private static boolean hasAttachment(BaseRuntimeElementDefinition<?> definition, Set<Object> seen) {
        if (definition.getImplementingClass() == Attachment.class) {
            return true;
        }
        if (!seen.add(definition) || !(definition instanceof BaseRuntimeElementCompositeDefinition<?> composite)) {
            return false;
        }
        return composite.getChildren().stream()
                .filter(child -> !child.getElementName().equals("contained") && !isExtension(child))
                .flatMap(child -> child.getValidChildNames().stream().map(child::getChildByName))
                .anyMatch(child -> hasAttachment(child, seen));
    }

    private static boolean isExtension(BaseRuntimeChildDefinition child) {
        return child.getElementName().equals("extension")
                || child.getElementName().equals("modifierExtension");
    }
}
