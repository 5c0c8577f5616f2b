package health.salus.fhir;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.param.CompositeParam;
import ca.uhn.fhir.rest.server.util.ICachedSearchDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Holds the two values of a composite parameter to the same element, https://hl7.org/fhir/R4/search.html#composite. HAPI
 * finds an Observation by the code of one component and the value of another.
 *
 * <p>HAPI's own condition stays and finds the candidates by its indexes; a {@link SqlCondition} beside it looks into them.
 */
@Interceptor
@Component
class CompositeInterceptor {

    private static final String ID = "_id";

    private final ISearchParamRegistry searchParameters;

    CompositeInterceptor(ISearchParamRegistry searchParameters) {
        this.searchParameters = searchParameters;
    }

    /** Adds what is missing to the parameters of a search before it runs. */
    @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
    public void onSearch(ICachedSearchDetails search, SearchParameterMap parameters) {
        List<SqlCondition> conditions = new ArrayList<>();
        parameters
                .entrySet()
                .forEach(parameter -> parameter.getValue().stream()
                        .filter(alternatives -> alternatives.stream().allMatch(CompositeParam.class::isInstance))
                        .forEach(alternatives -> paired(search.getResourceType(), parameter.getKey(), alternatives)
                                .ifPresent(conditions::add)));
        conditions.forEach(condition -> NarrowedSearch.addOnce(parameters, ID, condition));
    }

    private Optional<SqlCondition> paired(String type, String name, List<IQueryParameterType> alternatives) {
        RuntimeSearchParam parameter =
                searchParameters.getActiveSearchParam(type, name, SearchParamLookupContextEnum.SEARCH);
        if (parameter == null || alternatives.isEmpty()) {
            return Optional.empty();
        }
        return PairedElements.of(parameter, type)
                .flatMap(elements -> elements.holding(alternatives.stream()
                        .<CompositeParam<?, ?>>map(it -> (CompositeParam<?, ?>) it)
                        .toList()));
    }
}
