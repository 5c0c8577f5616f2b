package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SortOrderEnum;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the search parameters of a GraphQL query as those of a URL. */
@Component
class GraphCriteria {

    // Files are bytes, and the audit trail lies elsewhere; both have rules of their own.
    private static final Set<String> NOT_SERVED = Set.of("Binary", "AuditEvent", "Parameters");
    private static final Set<String> OF_EVERY_TYPE = Set.of(
            "_id", "_tag", "_profile", "_security", "_source", "_filter", "_text", "_content", "_list", "_lastUpdated");
    private static final String SORT = "_sort";
    private static final String LAST_UPDATED = "_lastUpdated";
    private static final SortSpec AS_STORED = new SortSpec("_pid");

    private final FhirContext context;
    private final DaoRegistry resources;
    private final ISearchParamRegistry parameters;
    private final ParameterInterceptor limits;

    GraphCriteria(
            FhirContext context, DaoRegistry resources, ISearchParamRegistry parameters, ParameterInterceptor limits) {
        this.context = context;
        this.resources = resources;
        this.parameters = parameters;
        this.limits = limits;
    }

    /**
     * What is searched.
     *
     * @param parameters each with its alternatives separated by commas
     * @param isPaged    whether pages must not overlap
     */
    record Asked(Map<String, String> parameters, boolean isPaged) {}

    /** Tells whether resources of a type are read and searched by GraphQL. */
    boolean isServed(String type) {
        return !NOT_SERVED.contains(type) && resources.isResourceTypeSupported(type);
    }

    /** Returns the criteria of a search; 400 for what is not understood. */
    SearchParameterMap of(String type, Asked asked) {
        if (!isServed(type)) {
            throw new InvalidRequestException("Resources of the type " + type + " are read by REST");
        }
        Map<String, String[]> ofEveryType = new LinkedHashMap<>();
        Map<String, List<String>> ofThisType = new LinkedHashMap<>();
        asked.parameters().forEach((name, value) -> {
            limits.check(name, value);
            if (!name.startsWith("_")) {
                ofThisType.put(name, List.of(value));
            } else if (OF_EVERY_TYPE.contains(name)) {
                ofEveryType.put(name, new String[] {value});
            } else if (!name.equals(SORT)) {
                throw new InvalidRequestException("A search in GraphQL does not take the parameter '" + name + "'");
            }
        });
        SearchParameterMap search =
                new TypeSearch(resources.getResourceDao(type), context, parameters).criteria(ofEveryType, ofThisType);
        search.setLastUpdated(LastQuery.range(ofEveryType.get(LAST_UPDATED), context));
        search.setSort(sort(asked.parameters().get(SORT)));
        if (search.getSort() == null && asked.isPaged()) {
            search.setSort(AS_STORED);
        }
        return search;
    }

    private static @Nullable SortSpec sort(@Nullable String keys) {
        SortSpec first = null;
        if (keys != null) {
            String[] all = keys.split(",");
            for (int index = all.length - 1; index >= 0; index--) {
                boolean descending = all[index].startsWith("-");
                first = new SortSpec(
                        descending ? all[index].substring(1) : all[index],
                        descending ? SortOrderEnum.DESC : SortOrderEnum.ASC,
                        first);
            }
        }
        return first;
    }
}
