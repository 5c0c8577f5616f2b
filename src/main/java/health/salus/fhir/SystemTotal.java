package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import org.springframework.stereotype.Component;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Counts what a search of several types finds, each type by a search of its own that the access rules see. */
@Component
class SystemTotal {

    private static final String LAST_UPDATED = "_lastUpdated";

    private final DaoRegistry resources;
    private final FhirContext context;
    private final ISearchParamRegistry parameters;

    SystemTotal(DaoRegistry resources, FhirContext context, ISearchParamRegistry parameters) {
        this.resources = resources;
        this.context = context;
        this.parameters = parameters;
    }

    /** Tells whether a type has a search parameter. */
    boolean isSearched(String type, String name) {
        return parameters.getActiveSearchParam(type, name, SearchParamLookupContextEnum.SEARCH) != null;
    }

    /**
     * Returns how many resources of some types match.
     *
     * @param asked the parameters of the search, also those about its result, which change no number
     */
    int of(List<String> types, Map<String, String[]> asked, RequestDetails request) {
        return types.stream().mapToInt(type -> count(type, asked, request)).sum();
    }

    private int count(String type, Map<String, String[]> asked, RequestDetails request) {
        Map<String, List<String>> ofThisType = new LinkedHashMap<>();
        asked.forEach((name, values) -> {
            if (!name.startsWith("_")) {
                ofThisType.put(name, Arrays.asList(values));
            }
        });
        SearchParameterMap search =
                new TypeSearch(resources.getResourceDao(type), context, parameters).criteria(asked, ofThisType);
        search.setSummaryMode(SummaryEnum.COUNT);
        search.setLastUpdated(LastQuery.range(asked.get(LAST_UPDATED), context));
        return Objects.requireNonNull(
                resources.getResourceDao(type).search(search, request).size(), "A count has a number");
    }
}
