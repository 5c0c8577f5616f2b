package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.dao.index.SearchParamWithInlineReferencesExtractor;
import ca.uhn.fhir.jpa.model.entity.ResourceTable;
import ca.uhn.fhir.jpa.searchparam.extractor.ResourceIndexedSearchParams;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

import java.util.List;

/**
 * Reads from a resource that is being written what searches find it by, once. HAPI does so twice for each resource that a
 * transaction creates, the first time before it knows where the references lead, which then counts for nothing.
 *
 * <p>It also leads a conditional reference to what it names. HAPI leads it to the version that is there at the moment where it
 * has just made that itself, which would stay so now that versions of references are kept.
 */
@Primary
@Component
class WrittenReferences extends SearchParamWithInlineReferencesExtractor {

    private final FhirContext context;

    WrittenReferences(FhirContext context) {
        this.context = context;
    }

    @Override
    public void populateFromResource(
            RequestPartitionId partition,
            ResourceIndexedSearchParams found,
            TransactionDetails transaction,
            ResourceTable row,
            IBaseResource resource,
            @Nullable ResourceIndexedSearchParams before,
            RequestDetails request,
            boolean isLast) {
        if (!isLast && row.getPersistentId().getId() == null) {
            UnfinishedText.announce(resource);
            return;
        }
        UnfinishedText.forget(resource);
        super.populateFromResource(partition, found, transaction, row, resource, before, request, isLast);
    }

    @Override
    public void extractInlineReferences(
            RequestDetails request, IBaseResource resource, TransactionDetails transaction) {
        List<IBaseReference> conditional =
                context.newTerser().getAllPopulatedChildElementsOfType(resource, IBaseReference.class).stream()
                        .filter(WrittenReferences::isConditional)
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
