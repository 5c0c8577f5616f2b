package health.salus.fhir;

import ca.uhn.fhir.jpa.search.builder.QueryStack.SearchForIdsParams;
import ca.uhn.fhir.jpa.search.builder.predicate.BaseJoiningPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.predicate.ResourceIdPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.sql.SearchQueryBuilder;
import ca.uhn.fhir.model.api.IQueryParameterType;
import com.healthmarketscience.sqlbuilder.ComboCondition;
import com.healthmarketscience.sqlbuilder.Condition;
import com.healthmarketscience.sqlbuilder.CustomCondition;
import com.healthmarketscience.sqlbuilder.dbspec.basic.DbColumn;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Puts each {@link SqlCondition} and {@link FilterCondition} among the values of {@code _id} into the SQL; the other values are ids, as with HAPI. */
final class ConditionedIds extends ResourceIdPredicateBuilder {

    private final FilterSearch filters;

    ConditionedIds(SearchQueryBuilder query, FilterSearch filters) {
        super(query);
        this.filters = filters;
    }

    @Override
    public @Nullable Condition createPredicateResourceId(SearchForIdsParams parameters) {
        List<List<IQueryParameterType>> ids = new ArrayList<>();
        List<IQueryParameterType> conditions = new ArrayList<>();
        for (List<IQueryParameterType> alternatives : parameters.getAndOrParams()) {
            if (alternatives.size() == 1
                    && (alternatives.get(0) instanceof SqlCondition
                            || alternatives.get(0) instanceof FilterCondition)) {
                conditions.add(alternatives.get(0));
            } else {
                ids.add(alternatives);
            }
        }
        if (conditions.isEmpty()) {
            return super.createPredicateResourceId(parameters);
        }
        List<Condition> all = new ArrayList<>();
        if (!ids.isEmpty()) {
            Condition ofIds = super.createPredicateResourceId(parameters.setAndOrParams(ids));
            if (ofIds != null) {
                all.add(ofIds);
            }
        }
        BaseJoiningPredicateBuilder root = getOrCreateQueryRootTable(true);
        conditions.forEach(condition -> all.add(
                condition instanceof FilterCondition filter
                        ? filters.condition(
                                parameters.getResourceName(),
                                filter,
                                getSearchQueryBuilder(),
                                root,
                                parameters.getRequestPartitionId())
                        : render((SqlCondition) condition, root)));
        return root.combineWithRequestPartitionIdPredicate(
                parameters.getRequestPartitionId(), ComboCondition.and(all.toArray()));
    }

    // The builder writes values as literals of a certain form and replaces those by question marks in the end.
    private Condition render(SqlCondition condition, BaseJoiningPredicateBuilder root) {
        StringBuilder sql = new StringBuilder();
        int value = 0;
        for (char letter : condition.sql().toCharArray()) {
            if (letter == '?') {
                sql.append('\'')
                        .append(getSearchQueryBuilder()
                                .generatePlaceholder(condition.values().get(value++)))
                        .append('\'');
            } else {
                sql.append(letter);
            }
        }
        return new CustomCondition("("
                + sql.toString()
                        .replace(SqlCondition.RESOURCE, name(root.getResourceIdColumn()))
                        .replace(SqlCondition.PARTITION, name(root.getPartitionIdColumn()))
                + ")");
    }

    private static String name(DbColumn column) {
        return column.getTable().getAlias() + "." + column.getName();
    }
}
