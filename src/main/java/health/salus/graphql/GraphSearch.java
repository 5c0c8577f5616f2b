package health.salus.graphql;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A search of a query, and which page of it.
 *
 * @param type       the FHIR resource type
 * @param parameters search parameters, each with its alternatives separated by commas
 * @param offset     where the page begins
 * @param count      how many matches it has at most
 * @param isPaged    whether the query says how many it wants
 */
record GraphSearch(String type, Map<String, String> parameters, int offset, int count, boolean isPaged) {

    /** How many matches a page has about which nothing is said. */
    static final int DEFAULT = 100;

    private static final int MOST = 500;
    private static final int FURTHEST = 10_000;
    private static final Set<String> OF_PAGE =
            Set.of(FieldArguments.COUNT, FieldArguments.OFFSET, FieldArguments.CURSOR, FieldArguments.REFERENCE);

    /** Reads the arguments of a field, which may be inside a resource; nothing can refer to one that has no id. */
    static Optional<GraphSearch> of(FieldPlan field, ObjectNode resource) {
        Map<String, List<String>> arguments = field.arguments();
        Map<String, String> parameters = new LinkedHashMap<>();
        arguments.forEach((name, values) -> {
            if (!OF_PAGE.contains(name)) {
                parameters.put(parameter(name), String.join(",", values));
            }
        });
        if (arguments.containsKey(FieldArguments.REFERENCE)) {
            if (!resource.hasNonNull("id")) {
                return Optional.empty();
            }
            parameters.put(
                    parameter(arguments.get(FieldArguments.REFERENCE).get(0)),
                    resource.path("resourceType").asText() + "/"
                            + resource.path("id").asText());
        }
        int count = number(arguments, FieldArguments.COUNT, DEFAULT);
        int offset = number(arguments, FieldArguments.OFFSET, number(arguments, FieldArguments.CURSOR, 0));
        if (count < 1 || count > MOST || offset > FURTHEST) {
            throw new QueryRefusedException(
                    "A page has 1 to " + MOST + " matches, and begins behind " + FURTHEST + " at most");
        }
        return Optional.of(
                new GraphSearch(field.type(), parameters, offset, count, arguments.containsKey(FieldArguments.COUNT)));
    }

    GraphSource.Found page(GraphSource source) {
        return source.search(type, parameters, offset, count);
    }

    Optional<Integer> total(GraphSource source) {
        return source.count(type, parameters);
    }

    /** Returns where the other pages begin, of those that there are, by the names of the fields that say so. */
    Map<String, Integer> cursors(boolean hasNext) {
        Map<String, Integer> cursors = new LinkedHashMap<>(Map.of("first", 0));
        if (offset > 0) {
            cursors.put("previous", Math.max(0, offset - count));
        }
        if (hasNext) {
            cursors.put("next", offset + count);
        }
        return cursors;
    }

    /** Returns where the last page begins. */
    int last(int total) {
        return total == 0 ? 0 : (total - 1) / count * count;
    }

    // Names in GraphQL have no dash.
    private static String parameter(String name) {
        return name.substring(0, 1) + name.substring(1).replace('_', '-');
    }

    private static int number(Map<String, List<String>> arguments, String name, int otherwise) {
        return arguments.containsKey(name)
                ? Integer.parseInt(arguments.get(name).get(0))
                : otherwise;
    }
}
