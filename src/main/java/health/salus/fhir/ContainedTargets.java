package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamToken;
import ca.uhn.fhir.jpa.search.builder.sql.GeneratedSql;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Reference;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Chained conditions inside contained resources: {@code MedicationRequest?medication.code=…} finds one that contains its
 * medication, https://hl7.org/fhir/R4/search.html#contained.
 *
 * <p>A row in the index says of which type it contains what a search parameter refers to. Only where there is such a row is
 * a chain looked for in two places; HAPI's own index for this would make two of every chained search.
 */
@Component
class ContainedTargets {

    private static final String MARK = ":contained";
    // What follows, and modifiers, are looked for in resources of their own only.
    private static final Pattern NAME = Pattern.compile("[A-Za-z-]+");
    private static final String FOUND = "({partition}, {resource}) IN (%s)";
    private static final String CONTAINING = """
            SELECT pair_r.partition_id, pair_r.res_id
              FROM hfj_spidx_token pair_m
              JOIN hfj_resource pair_r ON pair_r.partition_id = pair_m.partition_id AND pair_r.res_id = pair_m.res_id
              JOIN hfj_res_ver pair_v ON pair_v.partition_id = pair_r.partition_id
                   AND pair_v.res_id = pair_r.res_id AND pair_v.res_ver = pair_r.res_ver
             CROSS JOIN LATERAL (SELECT CAST(pair_v.res_text_vc AS jsonb) AS resource) pair_d
             CROSS JOIN LATERAL jsonb_path_query(pair_d.resource, CAST(? AS jsonpath)) pair_e(element)
             WHERE pair_m.partition_id = ? AND pair_m.hash_value = ? AND pair_r.res_deleted_at IS NULL
               AND (%s) AND (%s)""";
    private static final String REFERRED =
            "EXISTS (SELECT 1 FROM jsonb_path_query(pair_d.resource, CAST(? AS jsonpath))"
                    + " pair_l(reference) WHERE pair_l.reference->>'reference' = concat('#', pair_e.element->>'id'))";

    private static final String MARKED =
            "SELECT 1 FROM hfj_spidx_token WHERE partition_id = ? AND %s = ? FETCH FIRST ROW ONLY";

    private final FhirContext context;
    private final ISearchParamRegistry parameters;
    private final ReverseSearch searches;
    private final JdbcClient database;

    ContainedTargets(
            FhirContext context, ISearchParamRegistry parameters, ReverseSearch searches, JdbcClient database) {
        this.context = context;
        this.parameters = parameters;
        this.searches = searches;
        this.database = database;
    }

    /**
     * Reads from a resource what it refers to and contains.
     *
     * @param references the search parameters of its type that follow references
     * @param values     reads the values at a path
     */
    static Stream<ResourceIndexedSearchParamToken> in(
            IBaseResource resource,
            Stream<RuntimeSearchParam> references,
            Function<String, List<? extends IBase>> values,
            PartitionSettings settings) {
        if (!(resource instanceof DomainResource whole) || !whole.hasContained()) {
            return Stream.empty();
        }
        Map<String, String> types = new HashMap<>();
        whole.getContained().forEach(it -> types.put("#" + it.getIdElement().getIdPart(), it.fhirType()));
        return references.flatMap(parameter ->
                values.apply(parameter.getPath().replaceAll(JsonPath.OF_TYPE, "")).stream()
                        .filter(Reference.class::isInstance)
                        .map(it -> types.get(((Reference) it).getReference()))
                        .filter(type -> type != null && parameter.getTargets().contains(type))
                        .distinct()
                        .map(type -> new ResourceIndexedSearchParamToken(
                                settings, whole.fhirType(), parameter.getName() + MARK, null, type)));
    }

    /**
     * Returns the condition that what a resource refers to is as asked, be it contained or not.
     *
     * @param alternatives chained values of the parameter
     * @return nothing if no such resource contains what it refers to; HAPI's chain does then
     */
    Optional<SqlCondition> condition(
            String type,
            RuntimeSearchParam reference,
            List<IQueryParameterType> alternatives,
            RequestPartitionId partition) {
        ReferenceParam first = (ReferenceParam) alternatives.get(0);
        Integer place = partition.getFirstPartitionIdOrNull();
        String name = reference.getName() + MARK;
        if (place == null
                || !NAME.matcher(first.getChain()).matches()
                || !isMarked("hash_identity", place, TokenIndex.identity(type, name))) {
            return Optional.empty();
        }
        List<Serializable> values = new ArrayList<>();
        List<String> sources = new ArrayList<>();
        GeneratedSql apart = searches.matching(
                type, new SearchParameterMap().addOrList(reference.getName(), alternatives), partition);
        if (!apart.isMatchNothing()) {
            sources.add(apart.getSql());
            apart.getBindVariables().forEach(value -> values.add((Serializable) value));
        }
        int before = sources.size();
        reference.getTargets().stream()
                .filter(target -> first.getResourceType() == null
                        || first.getResourceType().equals(target))
                .sorted()
                .forEach(target -> containing(type, reference, target, alternatives, place, values)
                        .ifPresent(sources::add));
        return sources.size() == before
                ? Optional.empty()
                : Optional.of(new SqlCondition(FOUND.formatted(String.join(" UNION ALL ", sources)), values));
    }

    private Optional<String> containing(
            String type,
            RuntimeSearchParam reference,
            String target,
            List<IQueryParameterType> alternatives,
            int place,
            List<Serializable> values) {
        String chain = ((ReferenceParam) alternatives.get(0)).getChain();
        RuntimeSearchParam asked = parameters.getActiveSearchParam(target, chain, SearchParamLookupContextEnum.SEARCH);
        long mark = TokenIndex.hash(type, reference.getName() + MARK, target);
        if (asked == null || !CompositeSearch.takes(asked.getParamType()) || !isMarked("hash_value", place, mark)) {
            return Optional.empty();
        }
        List<JsonPath> paths = JsonPath.of(asked, target, context).stream()
                .filter(it ->
                        ElementSql.compares(asked.getParamType(), it.element().getName()))
                .toList();
        List<JsonPath> references = JsonPath.of(reference, type, context);
        if (paths.isEmpty() || references.isEmpty()) {
            return Optional.empty();
        }
        values.add("$.contained[*] ? (@.resourceType == \"" + target + "\")");
        values.add(place);
        values.add(mark);
        String referred = references.stream()
                .map(path -> {
                    values.add(path.text());
                    return REFERRED;
                })
                .collect(Collectors.joining(" OR "));
        String matching = alternatives.stream()
                .map(it -> CompositeSearch.value(context, asked, ((ReferenceParam) it).getValue()))
                .map(it -> PairedElements.holding(paths, it, values))
                .collect(Collectors.joining(" OR "));
        return Optional.of(CONTAINING.formatted(referred, matching));
    }

    private boolean isMarked(String column, int place, long hash) {
        return database.sql(MARKED.formatted(column))
                .params(place, hash)
                .query(Integer.class)
                .optional()
                .isPresent();
    }
}
