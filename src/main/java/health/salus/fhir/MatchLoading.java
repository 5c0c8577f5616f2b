package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.dao.SearchBuilderFactory;
import ca.uhn.fhir.jpa.dao.tx.HapiTransactionService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.model.search.SearchBuilderLoadIncludesParameters;
import ca.uhn.fhir.model.api.Include;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import jakarta.persistence.EntityManager;
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
    private final EntityManager entities;
    private final JpaStorageSettings settings;

    MatchLoading(
            FhirContext context,
            SearchBuilderFactory<JpaPid> builders,
            HapiTransactionService transactions,
            ShownResources shown,
            EntityManager entities,
            JpaStorageSettings settings) {
        this.context = context;
        this.builders = builders;
        this.transactions = transactions;
        this.shown = shown;
        this.entities = entities;
        this.settings = settings;
    }

    /**
     * Loads the newest versions.
     *
     * @param type    the FHIR resource type of all of them
     * @param matches where they are, in their order, which is that of the result
     */
    List<IBaseResource> load(String type, List<JpaPid> matches, RequestDetails request, RequestPartitionId partition) {
        return load(type, matches, SearchIncludes.NONE, request, partition);
    }

    /**
     * Loads the newest versions, and after them what goes along with them.
     *
     * @param type    the FHIR resource type of what was searched
     * @param matches where they are, in their order, which is that of the result
     */
    List<IBaseResource> load(
            String type,
            List<JpaPid> matches,
            SearchIncludes includes,
            RequestDetails request,
            RequestPartitionId partition) {
        return transactions
                .withRequest(request)
                .withRequestPartitionId(partition)
                .readOnly()
                .execute(() -> {
                    ISearchBuilder<JpaPid> builder = builders.newSearchBuilder(
                            type, context.getResourceDefinition(type).getImplementingClass());
                    List<JpaPid> page = new ArrayList<>(matches);
                    include(page, includes.reverse(), true, builder, request);
                    include(page, includes.forward(), false, builder, request);
                    List<IBaseResource> resources = new ArrayList<>();
                    List<JpaPid> included = page.subList(matches.size(), page.size());
                    builder.loadResourcesByPid(page, included, resources, false, request);
                    // Where one was deleted HAPI leaves a gap.
                    resources.removeIf(Objects::isNull);
                    return shown.of(resources, request);
                });
    }

    // In the order of HAPI, which follows _include from what _revinclude has found as well.
    private void include(
            List<JpaPid> page,
            List<Include> includes,
            boolean reverse,
            ISearchBuilder<JpaPid> builder,
            RequestDetails request) {
        if (includes.isEmpty()) {
            return;
        }
        SearchBuilderLoadIncludesParameters<JpaPid> parameters = new SearchBuilderLoadIncludesParameters<>();
        parameters.setFhirContext(context);
        parameters.setEntityManager(entities);
        parameters.setMatches(page);
        parameters.setIncludeFilters(includes);
        parameters.setReverseMode(reverse);
        parameters.setRequestDetails(request);
        parameters.setMaxCount(settings.getMaximumIncludesToLoadPerPage());
        page.addAll(builder.loadIncludes(parameters));
    }
}
