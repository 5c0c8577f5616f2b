package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.dao.SearchBuilderFactory;
import ca.uhn.fhir.jpa.dao.tx.HapiTransactionService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Loads matches of a search for its caller: what he may not see any more, and what was deleted since, is left out. */
@Component
class MatchLoading {

    private final FhirContext context;
    private final SearchBuilderFactory<JpaPid> builders;
    private final HapiTransactionService transactions;
    private final ShownResources shown;

    MatchLoading(
            FhirContext context,
            SearchBuilderFactory<JpaPid> builders,
            HapiTransactionService transactions,
            ShownResources shown) {
        this.context = context;
        this.builders = builders;
        this.transactions = transactions;
        this.shown = shown;
    }

    /**
     * Loads the newest versions.
     *
     * @param type    the FHIR resource type of all of them
     * @param matches where they are, in their order, which is that of the result
     */
    List<IBaseResource> load(String type, List<JpaPid> matches, RequestDetails request, RequestPartitionId partition) {
        return transactions
                .withRequest(request)
                .withRequestPartitionId(partition)
                .readOnly()
                .execute(() -> {
                    ISearchBuilder<JpaPid> builder = builders.newSearchBuilder(
                            type, context.getResourceDefinition(type).getImplementingClass());
                    List<IBaseResource> resources = new ArrayList<>();
                    builder.loadResourcesByPid(matches, List.of(), resources, false, request);
                    // Where one was deleted HAPI leaves a gap.
                    resources.removeIf(Objects::isNull);
                    return shown.of(resources, request);
                });
    }
}
