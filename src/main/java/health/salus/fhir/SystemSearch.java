package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A search of several types, one after the other.
 *
 * @param types      the FHIR resource types in the order in which they are searched, at least one
 * @param parameters what is asked of each of them
 */
record SystemSearch(List<String> types, Map<String, String[]> parameters) {

    private static final String TYPE = "_type";
    // They are about the result as a whole, which nobody has at hand.
    private static final Set<String> OF_WHOLE_RESULT = Set.of("_sort", "_offset", "_contained", "_containedType");

    /**
     * Takes the types out of the parameters of a request.
     *
     * @param known the resource types that there are
     * @param has   whether a type has a search parameter
     * @throws InvalidRequestException if there is no type or an unknown one, or something is asked that several types cannot
     *     answer together
     */
    static SystemSearch takeFrom(Map<String, String[]> parameters, Set<String> known, BiPredicate<String, String> has) {
        String[] named = parameters.remove(TYPE);
        List<String> types = Stream.of(named == null ? new String[0] : named)
                .flatMap(value -> Arrays.stream(value.split(",")))
                .filter(type -> !type.isBlank())
                .distinct()
                .toList();
        if (types.isEmpty()) {
            throw new InvalidRequestException("Say which types to search, such as '?_type=Patient,Observation'");
        }
        types.stream().filter(type -> !known.contains(type)).findFirst().ifPresent(type -> {
            throw new InvalidRequestException("The parameter '_type' takes names of resource types such as Patient");
        });
        if (types.size() > 1) {
            parameters.keySet().forEach(name -> requireCommon(name, types, has));
        }
        return new SystemSearch(types, new LinkedHashMap<>(parameters));
    }

    /** Returns the query that searches all types but the first ones; empty if none is left. */
    String query(int first) {
        if (first >= types.size()) {
            return "";
        }
        String rest = TYPE + "=" + String.join(",", types.subList(first, types.size()));
        return parameters.entrySet().stream()
                .flatMap(it -> Arrays.stream(it.getValue()).map(value -> encode(it.getKey()) + "=" + encode(value)))
                .collect(Collectors.joining("&", rest + (parameters.isEmpty() ? "" : "&"), ""));
    }

    /** Tells whether nothing but the number of matches is wanted. */
    boolean isCount() {
        return has("_summary", "count") || has("_count", "0");
    }

    /** Tells whether the number of matches is wanted, whatever else is. */
    boolean isCounted() {
        return isCount() || has("_total", "accurate");
    }

    private boolean has(String name, String value) {
        return List.of(parameters.getOrDefault(name, new String[0])).contains(value);
    }

    private static void requireCommon(String nameAndModifier, List<String> types, BiPredicate<String, String> has) {
        String name = nameAndModifier.split("[:.]", 2)[0];
        if (OF_WHOLE_RESULT.contains(name)) {
            throw new InvalidRequestException(
                    "A search of several types does not take '" + name + "'; search each type by itself");
        }
        if (!name.startsWith("_")) {
            types.stream().filter(type -> !has.test(type, name)).findFirst().ifPresent(type -> {
                throw new InvalidRequestException("A search of several types takes what all of them have; '" + name
                        + "' is no search parameter of " + type);
            });
        }
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
