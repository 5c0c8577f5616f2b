package health.salus.graphql;

import graphql.language.Directive;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the directives of a field say about the form of its answer, https://hl7.org/fhir/R4/graphql.html#flatten.
 *
 * @param flatten   whether its parts stand in its place
 * @param first     whether the first item of the list is all that is wanted
 * @param singleton whether there is one value and no list
 * @param slice     what is added to its name, or to those of its parts: a path in each item, or {@link #INDEX}
 */
record Shaping(boolean flatten, boolean first, boolean singleton, Optional<String> slice) {

    /** Stands for the place of an item in its list. */
    static final String INDEX = "$index";

    private static final Set<String> NAMES = Set.of("flatten", "first", "singleton", "slice");
    private static final Set<String> PATHS = Set.of("path", "fhirpath");
    private static final Pattern PATH = Pattern.compile("\\$index|[a-z][A-Za-z]*(\\.[a-z][A-Za-z]*)*");

    /** Tells whether a directive is one of these. */
    static boolean isDoneBy(Directive directive) {
        return NAMES.contains(directive.getName());
    }

    /**
     * Reads the directives of a field.
     *
     * @param hasParts  whether the field has parts
     * @param isElement whether it is an element, and neither a reading nor a search
     */
    static Shaping of(List<Directive> directives, QueryValues values, boolean hasParts, boolean isElement) {
        Set<String> given = new HashSet<>();
        Optional<String> slice = Optional.empty();
        for (Directive directive : directives.stream().filter(Shaping::isDoneBy).toList()) {
            String name = directive.getName();
            if (!given.add(name)) {
                throw new QueryRefusedException("The directive '@" + name + "' is there twice");
            }
            if (!isElement) {
                throw new QueryRefusedException("The directive '@" + name + "' is for elements of resources");
            }
            if (name.equals("slice")) {
                slice = Optional.of(path(values.of(directive.getArguments())));
            } else if (!directive.getArguments().isEmpty()) {
                throw new QueryRefusedException("The directive '@" + name + "' takes no arguments");
            }
        }
        if (given.contains("flatten") && !hasParts) {
            throw new QueryRefusedException("The directive '@flatten' is for elements with parts");
        }
        if (given.containsAll(Set.of("first", "slice"))) {
            throw new QueryRefusedException("The directives '@first' and '@slice' exclude each other");
        }
        return new Shaping(given.contains("flatten"), given.contains("first"), given.contains("singleton"), slice);
    }

    private static String path(Map<String, List<String>> arguments) {
        return Optional.of(arguments)
                .filter(it -> it.size() == 1 && PATHS.containsAll(it.keySet()))
                .map(it -> it.values().iterator().next())
                .filter(it -> it.size() == 1 && PATH.matcher(it.get(0)).matches())
                .map(it -> it.get(0))
                .orElseThrow(
                        () -> new QueryRefusedException("The directive '@slice' takes one 'path': names of elements"
                                + " with dots between, such as \"use\", or \"" + INDEX + "\""));
    }
}
