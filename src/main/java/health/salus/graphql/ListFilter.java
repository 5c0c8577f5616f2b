package health.salus.graphql;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/**
 * Which items of a list are wanted: those with certain values inside them, and of these the ones of a page.
 *
 * @param values by the names of the parts in which they must be
 * @param test   what must hold of them besides
 */
record ListFilter(Map<String, List<String>> values, Predicate<JsonNode> test, int offset, int count) {

    private static final Set<String> OTHERS =
            Set.of(FieldArguments.COUNT, FieldArguments.OFFSET, FieldArguments.FHIRPATH);

    static ListFilter of(Map<String, List<String>> arguments, Predicate<JsonNode> test) {
        Map<String, List<String>> values = new HashMap<>(arguments);
        values.keySet().removeAll(OTHERS);
        return new ListFilter(
                values,
                test,
                number(arguments, FieldArguments.OFFSET, 0),
                number(arguments, FieldArguments.COUNT, Integer.MAX_VALUE));
    }

    List<JsonNode> of(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(this::passes)
                .skip(offset)
                .limit(count)
                .toList();
    }

    /** Tells whether an item has the values. */
    boolean passes(JsonNode item) {
        return values.entrySet().stream().allMatch(it -> has(item.path(it.getKey()), it.getValue())) && test.test(item);
    }

    private static boolean has(JsonNode part, List<String> wanted) {
        return part.isArray()
                ? StreamSupport.stream(part.spliterator(), false).anyMatch(it -> wanted.contains(it.asText()))
                : !part.isMissingNode() && wanted.contains(part.asText());
    }

    private static int number(Map<String, List<String>> arguments, String name, int otherwise) {
        return arguments.containsKey(name)
                ? Integer.parseInt(arguments.get(name).get(0))
                : otherwise;
    }
}
