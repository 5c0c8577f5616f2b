package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterAnd;
import ca.uhn.fhir.model.api.Include;
import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.IncludeParam;
import ca.uhn.fhir.rest.annotation.Offset;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.RawParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.annotation.Sort;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.QualifiedParamList;
import ca.uhn.fhir.rest.api.SearchContainedModeEnum;
import ca.uhn.fhir.rest.api.SearchTotalModeEnum;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.HasAndListParam;
import ca.uhn.fhir.rest.param.HasOrListParam;
import ca.uhn.fhir.rest.param.HasParam;
import ca.uhn.fhir.rest.param.QualifierDetails;
import ca.uhn.fhir.rest.param.StringAndListParam;
import ca.uhn.fhir.rest.param.TokenAndListParam;
import ca.uhn.fhir.rest.param.UriAndListParam;
import ca.uhn.fhir.rest.param.binder.QueryParameterAndBinder;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.ListResource;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Searches the resources of one type, https://hl7.org/fhir/R4/search.html.
 *
 * <p>HAPI has a class per type for this, and each reads every date as a range with two ends: {@code ap}, several values with
 * commas between and two lower bounds cannot be said there. Here the search parameters are read by their own definition.
 *
 * @param resources  the resources of the type
 * @param context    the FHIR version
 * @param parameters the search parameters that there are
 */
record TypeSearch(IFhirResourceDao<?> resources, FhirContext context, ISearchParamRegistry parameters)
        implements IResourceProvider {

    private static final Map<String, Class<? extends IQueryParameterAnd<?>>> OF_EVERY_TYPE = Map.of(
            "_id", TokenAndListParam.class,
            "_has", HasAndListParam.class,
            "_tag", TokenAndListParam.class,
            "_profile", UriAndListParam.class,
            "_security", TokenAndListParam.class,
            "_source", UriAndListParam.class,
            "_filter", StringAndListParam.class,
            "_text", StringAndListParam.class,
            "_content", StringAndListParam.class);

    @Override
    public Class<? extends IBaseResource> getResourceType() {
        return resources.getResourceType();
    }

    /** Returns what matches the parameters of a request; called by HAPI, which reads those about the result itself. */
    @Search(allowUnknownParams = true)
    public IBundleProvider search(
            ServletRequestDetails request,
            @RawParam @Nullable Map<String, List<String>> ofThisType,
            @OptionalParam(name = "_lastUpdated") @Nullable DateRangeParam lastUpdated,
            @IncludeParam Set<Include> includes,
            @IncludeParam(reverse = true) Set<Include> reverseIncludes,
            @Sort @Nullable SortSpec sort,
            @Count @Nullable Integer count,
            @Offset @Nullable Integer offset,
            @Nullable SummaryEnum summary,
            @Nullable SearchTotalModeEnum total,
            @Nullable SearchContainedModeEnum contained) {
        SearchParameterMap search = criteria(request.getParameters(), ofThisType == null ? Map.of() : ofThisType);
        IncludeRules.require(request, includes, reverseIncludes, summary, parameters);
        search.setLastUpdated(lastUpdated);
        search.setIncludes(includes);
        search.setRevIncludes(reverseIncludes);
        search.setSort(sort);
        search.setCount(count);
        search.setOffset(offset);
        search.setSummaryMode(summary);
        search.setSearchTotalMode(total);
        search.setSearchContainedMode(contained);
        return resources.search(search, request, request.getServletResponse());
    }

    /**
     * Reads what resources must be to match; 400 for what is not understood.
     *
     * @param all        all parameters, of which those are read that every type has
     * @param ofThisType the parameters that this type has, with their values
     */
    SearchParameterMap criteria(Map<String, String[]> all, Map<String, List<String>> ofThisType) {
        SearchParameterMap search = new SearchParameterMap();
        all.forEach((name, values) -> addOfEveryType(search, name, values));
        String type = context.getResourceType(resources.getResourceType());
        ofThisType.keySet().forEach(name -> SearchModifiers.require(type, name, parameters, context));
        Map<String, List<String>> others = new LinkedHashMap<>(ofThisType);
        ofThisType.forEach((name, values) -> {
            if (CompositeSearch.isComposite(parameters, type, name)) {
                others.remove(name);
                values.forEach(it -> search.addOrList(name, CompositeSearch.read(context, parameters, type, name, it)));
            }
        });
        resources.translateRawParameters(others, search);
        return search;
    }

    private void addOfEveryType(SearchParameterMap search, String nameAndModifier, String[] values) {
        QualifierDetails name = QualifierDetails.extractQualifiersFromParameterName(nameAndModifier);
        Class<? extends IQueryParameterAnd<?>> type = OF_EVERY_TYPE.get(name.getParamName());
        if (name.getParamName().equals(Constants.PARAM_LIST)) {
            // HAPI does the same, but then forgets what else there was of "_has".
            Arrays.stream(values).map(TypeSearch::onList).forEach(it -> search.add(Constants.PARAM_HAS, it));
        }
        if (type == null) {
            return;
        }
        QueryParameterAndBinder reader = new QueryParameterAndBinder(type, List.of());
        for (String value : values) {
            // A filter may have commas of its own, and has "or" for alternatives.
            QualifiedParamList alternatives = name.getParamName().equals(Constants.PARAM_FILTER)
                    ? QualifiedParamList.singleton(name.getWholeQualifier(), value)
                    : QualifiedParamList.splitQueryStringByCommasIgnoreEscape(name.getWholeQualifier(), value);
            search.add(name.getParamName(), reader.parse(context, name.getParamName(), List.of(alternatives)));
        }
    }

    private static HasOrListParam onList(String ids) {
        HasOrListParam lists = new HasOrListParam();
        for (String id : ids.split(",")) {
            lists.addOr(new HasParam("List", ListResource.SP_ITEM, "_id", id));
        }
        return lists;
    }
}
