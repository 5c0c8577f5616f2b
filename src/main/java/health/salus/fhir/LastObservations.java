package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.valueset.BundleTypeEnum;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.List;

/**
 * {@code Observation/$lastn}: of all observations that a search finds, the latest of each code. It stands in the place of
 * HAPI's, which wants Elasticsearch.
 *
 * <p>The search goes the way of all searches, so that it finds nothing that its caller may not see; only what is shown is loaded.
 *
 * @see <a href="https://hl7.org/fhir/R4/observation-operation-lastn.html">FHIR R4, last N observations</a>
 */
@Component
class LastObservations {

    private static final String TYPE = "Observation";
    private static final int MOST_MATCHES = 20_000;
    private static final int MOST_SHOWN = 1000;

    private final DaoRegistry resources;
    private final FhirContext context;
    private final ISearchParamRegistry parameters;
    private final ObservationRows rows;
    private final MatchLoading loading;
    private final Tenants tenants;

    LastObservations(
            DaoRegistry resources,
            FhirContext context,
            ISearchParamRegistry parameters,
            ObservationRows rows,
            MatchLoading loading,
            Tenants tenants) {
        this.resources = resources;
        this.context = context;
        this.parameters = parameters;
        this.rows = rows;
        this.loading = loading;
        this.tenants = tenants;
    }

    /**
     * Returns the latest observations, group by group, in each the newest first; those of one time together, even if they are
     * more than {@code max}. 400 without a subject, or without a category or code.
     */
    @Operation(name = "$lastn", typeName = TYPE, idempotent = true, bundleType = BundleTypeEnum.SEARCHSET)
    public Bundle last(ServletRequestDetails request) {
        LastQuery query = LastQuery.of(PostedParameters.of(request));
        IFhirResourceDao<?> observations = resources.getResourceDao(TYPE);
        SearchParameterMap criteria =
                new TypeSearch(observations, context, parameters).criteria(query.ofEveryType(), query.ofObservations());
        criteria.setLastUpdated(query.lastUpdated(context));
        criteria.setLoadSynchronousUpTo(MOST_MATCHES + 1);
        List<JpaPid> found = observations.searchForIds(criteria, request);
        if (found.size() > MOST_MATCHES) {
            throw new InvalidRequestException(
                    "More than " + MOST_MATCHES + " observations match. Narrow the search, by a date for instance.");
        }
        int partition =
                tenants.require(TenantId.orDefault(request.getTenantId())).partition();
        List<JpaPid> latest = ObservationGroups.of(rows.find(partition, found)).latest(query.max()).stream()
                .map(row -> JpaPid.fromId(row, partition))
                .toList();
        if (latest.size() > MOST_SHOWN) {
            throw new InvalidRequestException("The answer would have more than " + MOST_SHOWN
                    + " observations. Narrow the search, or ask for a lower 'max'.");
        }
        return bundle(
                latest.isEmpty()
                        ? List.of()
                        : loading.load(TYPE, latest, request, RequestPartitionId.fromPartitionId(partition)),
                request);
    }

    private static Bundle bundle(List<IBaseResource> observations, ServletRequestDetails request) {
        Bundle bundle = new Bundle().setType(BundleType.SEARCHSET).setTotal(observations.size());
        bundle.addLink().setRelation("self").setUrl(request.getCompleteUrl());
        for (IBaseResource observation : observations) {
            bundle.addEntry()
                    .setFullUrl(request.getFhirServerBase() + "/" + TYPE + "/"
                            + observation.getIdElement().getIdPart())
                    .setResource((Resource) observation)
                    .getSearch()
                    .setMode(SearchEntryMode.MATCH);
        }
        return bundle;
    }
}
