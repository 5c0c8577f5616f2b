package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.dao.index.SearchParamWithInlineReferencesExtractor;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

import java.util.List;

/**
 * Leads a conditional reference to what it names. HAPI leads it to the version that is there at the moment where it has just
 * made that itself, which would stay so now that versions of references are kept.
 */
@Primary
@Component
class ConditionalReferences extends SearchParamWithInlineReferencesExtractor {

    private final FhirContext context;

    ConditionalReferences(FhirContext context) {
        this.context = context;
    }

    @Override
    public void extractInlineReferences(
            RequestDetails request, IBaseResource resource, TransactionDetails transaction) {
        List<IBaseReference> conditional =
                context.newTerser().getAllPopulatedChildElementsOfType(resource, IBaseReference.class).stream()
                        .filter(ConditionalReferences::isConditional)
                        .toList();
        super.extractInlineReferences(request, resource, transaction);
        conditional.forEach(
                it -> it.setReference(it.getReferenceElement().toVersionless().getValue()));
    }

    private static boolean isConditional(IBaseReference reference) {
        String value = reference.getReferenceElement().getValue();
        return value != null && value.indexOf('?') >= 0;
    }
}
