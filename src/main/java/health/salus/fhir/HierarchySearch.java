package health.salus.fhir;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Searches by references along hierarchies, such as {@code location:below=42}: https://hl7.org/fhir/R4/search.html#recursive.
 * What stands below or above is looked up first, and the search goes on with all of it.
 */
@Component
class HierarchySearch {

    private static final int MOST = 500;
    private static final Set<String> PARENT = Set.of("partof", "part-of");
    private static final String BELOW = """
            SELECT link.src_resource_id FROM hfj_res_link link JOIN tree ON link.target_resource_id = tree.id
             WHERE link.partition_id = :partition AND link.src_path = :path""";
    private static final String ABOVE = """
            SELECT link.target_resource_id FROM hfj_res_link link JOIN tree ON link.src_resource_id = tree.id
             WHERE link.partition_id = :partition AND link.src_path = :path AND link.target_resource_id IS NOT NULL""";
    private static final String TREE = """
            WITH RECURSIVE tree (id) AS (
              SELECT res_id FROM hfj_resource WHERE partition_id = :partition AND res_type = :type AND fhir_id = :id
              UNION %s)
            SELECT fhir_id FROM hfj_resource JOIN tree ON res_id = tree.id
             WHERE partition_id = :partition AND res_deleted_at IS NULL LIMIT :most""";

    private final JdbcClient database;
    private final ISearchParamRegistry parameters;

    HierarchySearch(JdbcClient database, ISearchParamRegistry parameters) {
        this.database = database;
        this.parameters = parameters;
    }

    /** Tells whether what a parameter leads to may be part of others of the same type. */
    static boolean isDoneBy(RuntimeSearchParam parameter, ISearchParamRegistry parameters) {
        return parameter.getTargets().stream()
                .anyMatch(type -> parent(type, parameters).isPresent());
    }

    /**
     * Returns references to a resource and to all that stand below or above it.
     *
     * @param from      names the resource and the direction
     * @param parameter that is searched by
     * @param partition where the resources are
     * @throws InvalidRequestException if there are too many of them
     */
    List<IQueryParameterType> expand(ReferenceParam from, RuntimeSearchParam parameter, int partition) {
        IdType id = new IdType(from.getValue());
        boolean below = "below".equals(from.getResourceType());
        List<IQueryParameterType> all = types(parameter, id)
                .<IQueryParameterType>flatMap(type -> database
                        .sql(TREE.formatted(below ? BELOW : ABOVE))
                        .param("partition", partition)
                        .param("type", type)
                        .param("id", id.getIdPart())
                        .param("path", parent(type, parameters).orElse(""))
                        .param("most", MOST + 1)
                        .query(String.class)
                        .stream()
                        .map(found -> new ReferenceParam(type + "/" + found)))
                .toList();
        if (all.size() > MOST) {
            throw new InvalidRequestException("More than " + MOST + " resources stand " + from.getResourceType() + " '"
                    + from.getValue() + "'; name one with fewer");
        }
        // Nothing there is nothing found, and not a search for anything.
        return all.isEmpty() ? List.of(new ReferenceParam(from.getValue())) : all;
    }

    private static Stream<String> types(RuntimeSearchParam parameter, IdType id) {
        return id.hasResourceType()
                ? Stream.of(id.getResourceType()).filter(parameter.getTargets()::contains)
                : parameter.getTargets().stream();
    }

    private static Optional<String> parent(String type, ISearchParamRegistry parameters) {
        return parameters.getActiveSearchParams(type, SearchParamLookupContextEnum.SEARCH).values().stream()
                .filter(it -> PARENT.contains(it.getName()) && it.getTargets().contains(type))
                .map(RuntimeSearchParam::getPath)
                .findFirst();
    }
}
