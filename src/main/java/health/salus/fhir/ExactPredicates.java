package health.salus.fhir;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.dao.predicate.SearchFilterParser.CompareOperation;
import ca.uhn.fhir.jpa.search.builder.QueryStack;
import ca.uhn.fhir.jpa.search.builder.models.MissingQueryParameterPredicateParams;
import ca.uhn.fhir.jpa.search.builder.predicate.BaseQuantityPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.predicate.DatePredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.predicate.NumberPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.predicate.QuantityNormalizedPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.predicate.QuantityPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.predicate.ResourceIdPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.predicate.ResourceLinkForHasParameterPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.predicate.ResourceLinkPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.predicate.ResourceTablePredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.predicate.StringPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.predicate.TokenPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.predicate.UriPredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.sql.GeneratedSql;
import ca.uhn.fhir.jpa.search.builder.sql.SearchQueryBuilder;
import ca.uhn.fhir.jpa.search.builder.sql.SearchQueryExecutor;
import ca.uhn.fhir.jpa.search.builder.sql.SqlObjectFactory;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.SearchIncludeDeletedEnum;
import ca.uhn.fhir.rest.param.NumberParam;
import ca.uhn.fhir.rest.param.ParamPrefixEnum;
import ca.uhn.fhir.rest.param.QuantityParam;
import com.healthmarketscience.sqlbuilder.ComboCondition;
import com.healthmarketscience.sqlbuilder.Condition;
import jakarta.persistence.criteria.CriteriaBuilder;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Objects;
import java.util.function.Function;

/**
 * Makes the parts of a search's SQL: HAPI's own, but for those that HAPI 8.8.0 gets wrong.
 *
 * <p>All of them answered {@code :missing} with SQL that PostgreSQL refuses as soon as there are partitions: the condition
 * on the partition named the table of the inner query in the outer one.
 */
@Primary
@Component
class ExactPredicates extends SqlObjectFactory {

    private final AutowireCapableBeanFactory beans;

    ExactPredicates(AutowireCapableBeanFactory beans) {
        this.beans = beans;
    }

    /**
     * Says of the resource itself in which partition it must be, and not of the table that its values are looked for in.
     *
     * @param parameters what is asked for
     * @param missing    HAPI's condition that a value is missing or not, for parameters without a partition
     */
    static Condition inPartition(
            MissingQueryParameterPredicateParams parameters,
            Function<MissingQueryParameterPredicateParams, Condition> missing) {
        ResourceTablePredicateBuilder resource = parameters.getResourceTablePredicateBuilder();
        MissingQueryParameterPredicateParams anywhere = new MissingQueryParameterPredicateParams(
                resource, parameters.isMissing(), parameters.getParamName(), RequestPartitionId.allPartitions());
        return resource.combineWithRequestPartitionIdPredicate(
                parameters.getRequestPartitionId(), missing.apply(anywhere));
    }

    @Override
    public ResourceIdPredicateBuilder resourceId(SearchQueryBuilder query) {
        return wired(new ConditionedIds(query, beans.getBean(FilterSearch.class)));
    }

    @Override
    public DatePredicateBuilder dateIndexTable(SearchQueryBuilder query) {
        return wired(new DateComparison(query));
    }

    @Override
    public NumberPredicateBuilder numberIndexTable(SearchQueryBuilder query) {
        return wired(new NumberPredicateBuilder(query) {
            @Override
            public Condition createPredicateNumeric(
                    String type,
                    String name,
                    @Nullable CompareOperation operation,
                    BigDecimal value,
                    RequestPartitionId partition,
                    IQueryParameterType parameter) {
                ParamPrefixEnum prefix = parameter instanceof NumberParam number ? number.getPrefix() : null;
                return NumberComparison.compare(
                        prefix,
                        operation,
                        value,
                        (wanted, bound) ->
                                super.createPredicateNumeric(type, name, wanted, bound, partition, parameter));
            }

            @Override
            public Condition createPredicateParamMissingValue(MissingQueryParameterPredicateParams parameters) {
                return inPartition(parameters, super::createPredicateParamMissingValue);
            }
        });
    }

    @Override
    public QuantityPredicateBuilder quantityIndexTable(SearchQueryBuilder query) {
        return wired(new QuantityPredicateBuilder(query) {
            @Override
            public Condition createPredicateQuantity(
                    QuantityParam quantity,
                    String type,
                    String name,
                    @Nullable CriteriaBuilder unused,
                    BaseQuantityPredicateBuilder from,
                    @Nullable CompareOperation operation,
                    RequestPartitionId partition) {
                return NumberComparison.compare(
                        quantity,
                        operation,
                        (wanted, bound) ->
                                super.createPredicateQuantity(bound, type, name, unused, from, wanted, partition));
            }

            @Override
            public Condition createPredicateParamMissingValue(MissingQueryParameterPredicateParams parameters) {
                return inPartition(parameters, super::createPredicateParamMissingValue);
            }
        });
    }

    @Override
    public StringPredicateBuilder stringIndexTable(SearchQueryBuilder query) {
        return wired(new StringPredicateBuilder(query) {
            // Half of a sound is none: "Mayer" and "Martin" both begin with that of "Mayer".
            @Override
            public Condition createPredicateString(
                    IQueryParameterType value,
                    String type,
                    @Nullable String prefix,
                    RuntimeSearchParam parameter,
                    StringPredicateBuilder from,
                    @Nullable CompareOperation operation) {
                boolean bySound = parameter.getName().equals("phonetic");
                return super.createPredicateString(
                        value, type, prefix, parameter, from, bySound ? CompareOperation.eq : operation);
            }

            // HAPI takes an underscore in what is searched for any letter.
            @Override
            public Condition createPredicateNormalLike(String type, String name, String value, String pattern) {
                String escaped = pattern.replace("_", "\\_");
                Condition whole = super.createPredicateNormalLike(type, name, value, escaped);
                return NameParts.areFoundBy(type, name)
                        ? ComboCondition.or(
                                whole, super.createPredicateNormalLike(type, NameParts.indexName(name), value, escaped))
                        : whole;
            }

            @Override
            public Condition createPredicateLikeExpressionOnly(
                    String type, String name, String pattern, boolean inverse) {
                return super.createPredicateLikeExpressionOnly(type, name, pattern.replace("_", "\\_"), inverse);
            }

            @Override
            public Condition createPredicateParamMissingValue(MissingQueryParameterPredicateParams parameters) {
                return inPartition(parameters, super::createPredicateParamMissingValue);
            }
        });
    }

    @Override
    public TokenPredicateBuilder tokenIndexTable(SearchQueryBuilder query) {
        return wired(new TokenPredicateBuilder(query) {
            @Override
            public Condition createPredicateToken(
                    Collection<IQueryParameterType> values,
                    String type,
                    @Nullable String prefix,
                    RuntimeSearchParam parameter,
                    @Nullable CompareOperation operation,
                    RequestPartitionId partition) {
                return super.createPredicateToken(
                        beans.getBean(CodeSearch.class).expand(values), type, prefix, parameter, operation, partition);
            }

            @Override
            public Condition createPredicateParamMissingValue(MissingQueryParameterPredicateParams parameters) {
                return inPartition(parameters, super::createPredicateParamMissingValue);
            }
        });
    }

    @Override
    public UriPredicateBuilder uriIndexTable(SearchQueryBuilder query) {
        return wired(new UriPredicateBuilder(query) {
            @Override
            public Condition createPredicateParamMissingValue(MissingQueryParameterPredicateParams parameters) {
                return inPartition(parameters, super::createPredicateParamMissingValue);
            }
        });
    }

    @Override
    public ResourceLinkPredicateBuilder resourceLinkIndexTable(QueryStack stack, SearchQueryBuilder query) {
        return wired(new ResourceLinkPredicateBuilder(stack, query) {
            @Override
            public Condition createPredicateParamMissingValue(MissingQueryParameterPredicateParams parameters) {
                return inPartition(parameters, super::createPredicateParamMissingValue);
            }
        });
    }

    @Override
    public QuantityNormalizedPredicateBuilder quantityNormalizedIndexTable(SearchQueryBuilder query) {
        return wired(new QuantityNormalizedPredicateBuilder(query) {
            @Override
            public Condition createPredicateQuantity(
                    QuantityParam quantity,
                    String type,
                    String name,
                    @Nullable CriteriaBuilder unused,
                    BaseQuantityPredicateBuilder from,
                    @Nullable CompareOperation operation,
                    RequestPartitionId partition) {
                return NumberComparison.compare(
                        quantity,
                        operation,
                        (wanted, bound) ->
                                super.createPredicateQuantity(bound, type, name, unused, from, wanted, partition));
            }
        });
    }

    @Override
    public ResourceLinkForHasParameterPredicateBuilder resourceLinkForHasParameterIndexTable(
            QueryStack stack, SearchQueryBuilder query) {
        return wired(new ResourceLinkForHasParameterPredicateBuilder(stack, query));
    }

    @Override
    public ResourceTablePredicateBuilder resourceTable(
            SearchQueryBuilder query, @Nullable SearchIncludeDeletedEnum deleted) {
        return wired(new ResourceTablePredicateBuilder(
                query, Objects.requireNonNullElse(deleted, SearchIncludeDeletedEnum.NEVER)));
    }

    @Override
    public SearchQueryExecutor newSearchQueryExecutor(GeneratedSql sql, @Nullable Integer mostResults) {
        SearchStatements.note(sql.getSql(), sql.getBindVariables());
        return wired(new SearchQueryExecutor(sql, mostResults));
    }

    // HAPI has Spring look for a factory of each part, by its type and the types of what it is made of, for each
    // search.
    private <T> T wired(T part) {
        beans.autowireBean(part);
        return part;
    }
}
