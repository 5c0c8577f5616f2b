package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.config.HibernatePropertiesProvider;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.search.builder.QueryStack;
import ca.uhn.fhir.jpa.search.builder.QueryStack.SearchForIdsParams;
import ca.uhn.fhir.jpa.search.builder.sql.GeneratedSql;
import ca.uhn.fhir.jpa.search.builder.sql.SearchQueryBuilder;
import ca.uhn.fhir.jpa.search.builder.sql.SqlObjectFactory;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.param.HasParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reverse chains that end with a modifier, such as {@code _has:Observation:patient:code:not=718-7}, or with a composite
 * parameter: https://hl7.org/fhir/R4/search.html#has. HAPI refuses those. Here what refers is found by a search of its own, which takes
 * what such a search takes.
 */
@Component
class ReverseSearch {

    private static final Pattern NESTED = Pattern.compile("^(?:_has:([^:]*):[^:]*:)+");
    private static final Set<String> OF_EVERY_TYPE = Set.of("_tag", "_security", "_profile", "_source");
    private static final String REFERRED = "EXISTS (SELECT 1 FROM hfj_res_link link WHERE link.partition_id = "
            + SqlCondition.PARTITION + " AND link.target_resource_id = " + SqlCondition.RESOURCE
            + " AND link.target_resource_type = ? AND link.src_path IN (%s)"
            + " AND (link.partition_id, link.src_resource_id) IN (%s))";

    private final FhirContext context;
    private final JpaStorageSettings storage;
    private final PartitionSettings partitions;
    private final ISearchParamRegistry parameters;
    private final Statements statements;
    private final DaoRegistry resources;

    ReverseSearch(
            FhirContext context,
            JpaStorageSettings storage,
            PartitionSettings partitions,
            ISearchParamRegistry parameters,
            Statements statements,
            DaoRegistry resources) {
        this.context = context;
        this.storage = storage;
        this.partitions = partitions;
        this.parameters = parameters;
        this.statements = statements;
        this.resources = resources;
    }

    /** Tells whether what is asked of those that refer has a modifier or is composite; all else HAPI can. */
    boolean isDoneBy(HasParam has) {
        Matcher nested = NESTED.matcher(has.getParameterName());
        boolean isNested = nested.lookingAt();
        String type = isNested ? nested.group(1) : has.getTargetResourceType();
        String innermost = isNested ? has.getParameterName().substring(nested.end()) : has.getParameterName();
        return (innermost.contains(":") && !innermost.contains("_has:"))
                || CompositeSearch.isComposite(parameters, type, innermost);
    }

    /**
     * Reads what is asked of those that refer.
     *
     * @param has          says what refers, and by which parameter it is searched
     * @param alternatives values of that parameter
     * @throws InvalidRequestException if the type, the reference, the parameter or its modifier does not exist
     */
    SearchParameterMap criteria(HasParam has, List<IQueryParameterType> alternatives) {
        String type = has.getTargetResourceType();
        if (!context.getResourceTypes().contains(type)) {
            throw new InvalidRequestException("The parameter '_has' names a resource type that does not exist");
        }
        RuntimeSearchParam reference =
                parameters.getActiveSearchParam(type, has.getReferenceFieldName(), SearchParamLookupContextEnum.SEARCH);
        if (reference == null || reference.getParamType() != RestSearchParameterTypeEnum.REFERENCE) {
            throw new InvalidRequestException(
                    type + " has no reference '" + has.getReferenceFieldName() + "' that '_has' could follow");
        }
        String name = has.getParameterName();
        String value = alternatives.stream()
                .map(it -> ((HasParam) it).getParameterValue())
                .collect(Collectors.joining(","));
        TypeSearch search = new TypeSearch(resources.getResourceDao(type), context, parameters);
        if (!name.startsWith("_")) {
            return search.criteria(Map.of(), Map.of(name, List.of(value)));
        }
        String plain = name.substring(0, name.indexOf(':'));
        if (!plain.equals("_has") && !OF_EVERY_TYPE.contains(plain)) {
            throw new InvalidRequestException("In '_has' the parameter '" + plain + "' does not take a modifier");
        }
        return search.criteria(Map.of(name, new String[] {value}), Map.of());
    }

    /**
     * Returns the condition that something refers to a resource.
     *
     * @param type      of the resources that are referred to
     * @param has       says what refers
     * @param criteria  what must hold of that
     * @param partition where all of them are
     */
    SqlCondition condition(String type, HasParam has, SearchParameterMap criteria, RequestPartitionId partition) {
        String source = has.getTargetResourceType();
        GeneratedSql sources = matching(source, criteria, partition);
        if (sources.isMatchNothing()) {
            return new SqlCondition("FALSE", List.of());
        }
        List<String> paths = paths(source, has.getReferenceFieldName());
        List<Serializable> values = new ArrayList<>(List.of(type));
        values.addAll(paths);
        sources.getBindVariables().forEach(value -> values.add((Serializable) value));
        String marks = Stream.generate(() -> "?").limit(paths.size()).collect(Collectors.joining(", "));
        return new SqlCondition(REFERRED.formatted(marks, sources.getSql()), values);
    }

    /** Returns SQL that finds the partitions and numbers of the resources of a type that match. */
    GeneratedSql matching(String type, SearchParameterMap criteria, RequestPartitionId partition) {
        return statements.write(type, partition, query -> {
            QueryStack stack =
                    new QueryStack(null, new SearchParameterMap(), storage, context, query, parameters, partitions);
            criteria.entrySet()
                    .forEach(it -> query.addPredicate(stack.searchForIdsWithAndOr(SearchForIdsParams.with()
                            .setResourceName(type)
                            .setParamName(it.getKey())
                            .setAndOrParams(it.getValue())
                            .setRequestPartitionId(partition))));
        });
    }

    // A search parameter may be for several types, and name a path in each.
    private List<String> paths(String type, String reference) {
        return parameters
                .getRuntimeSearchParam(type, reference, SearchParamLookupContextEnum.SEARCH)
                .getPathsSplit()
                .stream()
                .map(String::strip)
                .filter(path -> path.contains(type + "."))
                .toList();
    }

    /** Writes the SQL of searches. HAPI looks up what ids stand for meanwhile, which takes a transaction. */
    @Component
    static class Statements {

        private final FhirContext context;
        private final JpaStorageSettings storage;
        private final PartitionSettings partitions;
        private final SqlObjectFactory parts;
        private final HibernatePropertiesProvider dialect;
        private final TransactionTemplate transactions;

        Statements(
                FhirContext context,
                JpaStorageSettings storage,
                PartitionSettings partitions,
                SqlObjectFactory parts,
                HibernatePropertiesProvider dialect,
                PlatformTransactionManager transactions) {
            this.context = context;
            this.storage = storage;
            this.partitions = partitions;
            this.parts = parts;
            this.dialect = dialect;
            this.transactions = new TransactionTemplate(transactions);
        }

        GeneratedSql write(String type, RequestPartitionId partition, Consumer<SearchQueryBuilder> conditions) {
            return Objects.requireNonNull(transactions.execute(status -> {
                SearchQueryBuilder query = new SearchQueryBuilder(
                        context, storage, partitions, partition, type, parts, dialect, false, false);
                conditions.accept(query);
                return query.generate(null, null);
            }));
        }
    }
}
