package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.extractor.BaseSearchParamExtractor;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The elements of a resource in which a composite search parameter looks for values that belong together, and SQL that finds
 * one of them that holds them all.
 *
 * @param places where the elements are, and where the values are in each
 */
record PairedElements(List<Place> places) {

    private static final String ELEMENTS = """
            EXISTS (SELECT 1
              FROM hfj_resource pair_r
              JOIN hfj_res_ver pair_v ON pair_v.partition_id = pair_r.partition_id
                   AND pair_v.res_id = pair_r.res_id AND pair_v.res_ver = pair_r.res_ver
             CROSS JOIN LATERAL (SELECT CAST(pair_v.res_text_vc AS jsonb) AS resource) pair_d
             WHERE pair_r.res_id = {resource} AND pair_r.partition_id = {partition} AND (%s))""";
    private static final String ELEMENT =
            "EXISTS (SELECT 1 FROM jsonb_path_query(pair_d.resource, CAST(? AS jsonpath)) pair_e(element) WHERE %s)";
    private static final String VALUE =
            "EXISTS (SELECT 1 FROM jsonb_path_query(%s, CAST(? AS jsonpath)) pair_c(value) WHERE %s)";

    /**
     * What a composite parameter pairs.
     *
     * @param kind       the type of the search parameter of the component
     * @param expression where the value is, seen from the element
     */
    record Component(RestSearchParameterTypeEnum kind, String expression) {}

    /**
     * An element.
     *
     * @param element    its path
     * @param components the paths of the values of each component
     */
    record Place(JsonPath element, List<List<JsonPath>> components) {}

    /**
     * Reads where a composite parameter looks.
     *
     * @param type       of the resources
     * @param expression of the parameter, which names the elements
     * @param components in the order in which their values stand
     * @return nothing if it looks for its values in a way that this class does not know
     */
    static Optional<PairedElements> of(
            String type, String expression, List<Component> components, FhirContext context) {
        JsonPath resource = JsonPath.ofResource(type, context);
        List<Place> places = new ArrayList<>();
        for (String base : BaseSearchParamExtractor.splitPathsR4(expression)) {
            if (!base.equals(type) && !base.startsWith(type + ".")) {
                continue;
            }
            Optional<List<JsonPath>> elements = base.equals(type)
                    ? Optional.of(List.of(resource))
                    : resource.follow("%resource." + base.substring(type.length() + 1), resource, context);
            if (elements.isEmpty()) {
                return Optional.empty();
            }
            for (JsonPath element : elements.get()) {
                List<List<JsonPath>> values = components.stream()
                        .map(it -> values(element, it, resource, context))
                        .toList();
                if (values.stream().anyMatch(List::isEmpty)) {
                    return Optional.empty();
                }
                places.add(new Place(element, values));
            }
        }
        return places.isEmpty() ? Optional.empty() : Optional.of(new PairedElements(places));
    }

    private static List<JsonPath> values(
            JsonPath element, Component component, JsonPath resource, FhirContext context) {
        return element.follow(component.expression(), resource, context).orElse(List.of()).stream()
                .filter(it -> ElementSql.compares(component.kind(), it.element().getName()))
                .toList();
    }

    /** Returns the condition that one element holds all values of one of these. */
    SqlCondition holding(List<List<IQueryParameterType>> alternatives) {
        List<Serializable> values = new ArrayList<>();
        String elements = places.stream()
                .map(place -> holding(place, alternatives, values))
                .collect(Collectors.joining(" OR "));
        return new SqlCondition(ELEMENTS.formatted(elements), values);
    }

    private static String holding(
            Place place, List<List<IQueryParameterType>> alternatives, List<Serializable> values) {
        values.add(place.element().text());
        List<String> either = new ArrayList<>();
        for (List<IQueryParameterType> wanted : alternatives) {
            List<String> all = new ArrayList<>();
            for (int index = 0; index < wanted.size(); index++) {
                all.add(holding(place.components().get(index), wanted.get(index), values));
            }
            either.add(String.join(" AND ", all));
        }
        return ELEMENT.formatted(String.join(" OR ", either));
    }

    /**
     * Returns the condition that a value at one of these paths, seen from {@code pair_e.element}, is as wanted.
     *
     * @param values takes the values for the question marks
     */
    static String holding(List<JsonPath> paths, IQueryParameterType wanted, List<Serializable> values) {
        return paths.stream()
                .map(path -> {
                    values.add(path.text());
                    String from = path.inResource() ? "pair_d.resource" : "pair_e.element";
                    return VALUE.formatted(from, ElementSql.condition(wanted, values));
                })
                .collect(Collectors.joining(" OR ", "(", ")"));
    }
}
