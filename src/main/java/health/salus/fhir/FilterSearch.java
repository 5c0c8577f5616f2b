package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.dao.predicate.SearchFilterParser.CompareOperation;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.search.builder.QueryStack;
import ca.uhn.fhir.jpa.search.builder.predicate.BaseJoiningPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.sql.ColumnTupleObject;
import ca.uhn.fhir.jpa.search.builder.sql.SearchQueryBuilder;
import ca.uhn.fhir.jpa.searchparam.MatchUrlService;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.UriParam;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import com.healthmarketscience.sqlbuilder.ComboCondition;
import com.healthmarketscience.sqlbuilder.Condition;
import com.healthmarketscience.sqlbuilder.CustomCondition;
import com.healthmarketscience.sqlbuilder.InCondition;
import com.healthmarketscience.sqlbuilder.NotCondition;
import com.healthmarketscience.sqlbuilder.Subquery;
import health.salus.fhir.FilterExpression.And;
import health.salus.fhir.FilterExpression.Comparison;
import health.salus.fhir.FilterExpression.Not;
import health.salus.fhir.FilterExpression.Or;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.function.Function;

/**
 * Makes the SQL of a {@code _filter}. HAPI joins all that is compared into one query, so that {@code or} does not find what has
 * only one of two elements, and forgets {@code not}; here each comparison is a query of its own.
 */
@Component
class FilterSearch {

    private final FhirContext context;
    private final JpaStorageSettings storage;
    private final PartitionSettings partitions;
    private final ISearchParamRegistry parameters;
    private final MatchUrlService urls;

    FilterSearch(
            FhirContext context,
            JpaStorageSettings storage,
            PartitionSettings partitions,
            ISearchParamRegistry parameters,
            MatchUrlService urls) {
        this.context = context;
        this.storage = storage;
        this.partitions = partitions;
        this.parameters = parameters;
        this.urls = urls;
    }

    /**
     * Returns the condition that a resource passes a filter.
     *
     * @param type      of the resources that are searched
     * @param query     the query of the search, whose values it shares
     * @param root      the table in that query that has the resources
     * @param partition where they are
     * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException if the filter cannot be understood
     */
    Condition condition(
            String type,
            FilterCondition filter,
            SearchQueryBuilder query,
            BaseJoiningPredicateBuilder root,
            RequestPartitionId partition) {
        return render(FilterParser.parse(filter.filter()), new Place(type, query, root, partition));
    }

    private Condition render(FilterExpression expression, Place place) {
        if (expression instanceof And and) {
            return ComboCondition.and(render(and.left(), place), render(and.right(), place));
        }
        if (expression instanceof Or or) {
            return ComboCondition.or(render(or.left(), place), render(or.right(), place));
        }
        if (expression instanceof Not not) {
            return new NotCondition(render(not.inner(), place));
        }
        return compare((Comparison) expression, place);
    }

    private Condition compare(Comparison comparison, Place place) {
        if (comparison.operator().equals("ni")) {
            Comparison in = new Comparison(comparison.path(), "in", comparison.value());
            Comparison there = new Comparison(comparison.path(), "pr", "true");
            return render(new And(there, new Not(in)), place);
        }
        RuntimeSearchParam parameter = FilterComparison.target(comparison, place.type(), parameters);
        if (FilterComparison.hasNoModifier(comparison, parameter)) {
            return among(place, stack -> direct(stack, comparison, parameter, place));
        }
        SearchParameterMap search = urls.translateMatchUrl(
                place.type() + "?" + FilterComparison.query(comparison, parameter),
                context.getResourceDefinition(place.type()));
        return search.entrySet().stream()
                .map(entry -> among(
                        place,
                        stack -> stack.searchForIdsWithAndOr(QueryStack.SearchForIdsParams.with()
                                .setResourceName(place.type())
                                .setParamName(entry.getKey())
                                .setAndOrParams(entry.getValue())
                                .setRequestPartitionId(place.partition()))))
                .reduce(ComboCondition::and)
                .orElseThrow(() -> FilterComparison.refusal(comparison));
    }

    private static @Nullable Condition direct(
            QueryStack stack, Comparison comparison, RuntimeSearchParam parameter, Place place) {
        CompareOperation operation = CompareOperation.valueOf(comparison.operator());
        return switch (parameter.getParamType()) {
            case STRING ->
                stack.createPredicateString(
                        null,
                        place.type(),
                        null,
                        parameter,
                        List.of(new StringParam(comparison.value())),
                        operation,
                        place.partition());
            case URI ->
                stack.createPredicateUri(
                        null,
                        place.type(),
                        null,
                        parameter,
                        List.of(new UriParam(comparison.value())),
                        operation,
                        place.partition());
            default -> {
                TokenParam token = new TokenParam();
                token.setValueAsQueryToken(null, null, null, comparison.value());
                yield stack.createPredicateToken(
                        null, place.type(), null, parameter, List.of(token), operation, place.partition());
            }
        };
    }

    private Condition among(Place place, Function<QueryStack, @Nullable Condition> search) {
        SearchQueryBuilder inner = place.query().newChildSqlBuilder(true);
        QueryStack stack =
                new QueryStack(null, new SearchParameterMap(), storage, context, inner, parameters, partitions);
        Condition condition = search.apply(stack);
        if (condition == null) {
            return new CustomCondition("FALSE");
        }
        inner.addPredicate(condition);
        return new InCondition(new ColumnTupleObject(place.root().getJoinColumns()), new Subquery(inner.getSelect()));
    }

    private record Place(
            String type, SearchQueryBuilder query, BaseJoiningPredicateBuilder root, RequestPartitionId partition) {}
}
