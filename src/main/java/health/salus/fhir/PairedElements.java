package health.salus.fhir;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.param.CompositeParam;
import ca.uhn.fhir.rest.param.QuantityParam;
import ca.uhn.fhir.rest.param.TokenParam;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The elements of a resource in which a composite search parameter looks for a pair, and SQL that finds one of them that
 * holds both values.
 *
 * @param paths where the elements are, as JSON paths of PostgreSQL: {@code $} for the resource, {@code $.component[*]}
 * @param left  names of the JSON members for the first value
 * @param right names of the JSON members for the second value
 */
record PairedElements(List<String> paths, List<String> left, List<String> right) {

    private static final Pattern ELEMENT = Pattern.compile("(?:%resource\\.)?([a-z][A-Za-z]*)");
    private static final Pattern CHOICE =
            Pattern.compile("([a-z][A-Za-z]*)(?:\\.as\\(([A-Za-z]+)\\)|\\.ofType\\(([A-Za-z]+)\\))");
    private static final String ELEMENTS = """
            EXISTS (SELECT 1
              FROM hfj_resource pair_r
              JOIN hfj_res_ver pair_v ON pair_v.partition_id = pair_r.partition_id
                   AND pair_v.res_id = pair_r.res_id AND pair_v.res_ver = pair_r.res_ver
             CROSS JOIN LATERAL (%s) pair_e
             WHERE pair_r.res_id = {resource} AND pair_r.partition_id = {partition} AND (%s))""";

    /**
     * Reads where a composite parameter looks.
     *
     * @return nothing if it looks for its pair in a way that this class does not know; HAPI's answer has to do then
     */
    static Optional<PairedElements> of(RuntimeSearchParam parameter, String type) {
        List<RuntimeSearchParam.Component> components = parameter.getComponents();
        if (components.size() != 2) {
            return Optional.empty();
        }
        List<String> paths = alternatives(parameter.getPath()).stream()
                .flatMap(it -> path(it, type).stream())
                .toList();
        List<String> left = members(components.get(0).getExpression());
        List<String> right = members(components.get(1).getExpression());
        return paths.isEmpty() || left.isEmpty() || right.isEmpty()
                ? Optional.empty()
                : Optional.of(new PairedElements(paths, left, right));
    }

    /** Returns the condition that one element holds both values of one of these, if all are tokens and quantities. */
    Optional<SqlCondition> holding(List<? extends CompositeParam<?, ?>> alternatives) {
        List<Serializable> values = new ArrayList<>();
        List<String> pairs = new ArrayList<>();
        for (CompositeParam<?, ?> alternative : alternatives) {
            Optional<String> first = ofMembers(left, alternative.getLeftValue(), values);
            Optional<String> second = ofMembers(right, alternative.getRightValue(), values);
            if (first.isEmpty() || second.isEmpty()) {
                return Optional.empty();
            }
            pairs.add(first.get() + " AND " + second.get());
        }
        String elements = paths.stream()
                .map(path -> "SELECT jsonb_path_query(CAST(pair_v.res_text_vc AS jsonb), '" + path + "') AS element")
                .collect(Collectors.joining(" UNION ALL "));
        return Optional.of(new SqlCondition(ELEMENTS.formatted(elements, String.join(" OR ", pairs)), values));
    }

    private static Optional<String> ofMembers(
            List<String> members, IQueryParameterType value, List<Serializable> values) {
        if (value instanceof TokenParam token) {
            return Optional.of(any(members, member -> ElementSql.token(member, token, values)));
        }
        return value instanceof QuantityParam quantity && quantity.getValue() != null
                ? Optional.of(any(members, member -> ElementSql.quantity(member, quantity, values)))
                : Optional.empty();
    }

    private static String any(List<String> members, UnaryOperator<String> sql) {
        return members.stream().map(sql).collect(Collectors.joining(" OR ", "(", ")"));
    }

    private static List<String> alternatives(String expression) {
        return Arrays.stream(expression.split("\\|")).map(String::trim).toList();
    }

    private static Optional<String> path(String base, String type) {
        if (base.equals(type)) {
            return Optional.of("$");
        }
        Matcher element = ELEMENT.matcher(base.startsWith(type + '.') ? base.substring(type.length() + 1) : "");
        return element.matches() ? Optional.of("$." + element.group(1) + "[*]") : Optional.empty();
    }

    // Empty as soon as one of several is not known: what it would find must not be left out.
    private static List<String> members(String expression) {
        List<String> members = new ArrayList<>();
        for (String alternative : alternatives(expression)) {
            Matcher element = ELEMENT.matcher(alternative);
            Matcher choice = CHOICE.matcher(alternative);
            if (element.matches()) {
                members.add(element.group(1));
            } else if (choice.matches()) {
                String chosen = choice.group(2) == null ? choice.group(3) : choice.group(2);
                members.add(choice.group(1) + Character.toUpperCase(chosen.charAt(0)) + chosen.substring(1));
            } else {
                return List.of();
            }
        }
        return members;
    }
}
