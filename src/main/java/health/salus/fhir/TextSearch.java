package health.salus.fhir;

import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Searches the words of resources, https://hl7.org/fhir/R4/search.html#text. There is no index of them: it is for searches
 * that other parameters narrow down, and looks at the first {@value #LONGEST} characters of each resource.
 */
final class TextSearch {

    private static final int LONGEST = 200_000;
    // PostgreSQL's parser takes tags for what they are; names of JSON members would count as words.
    private static final Map<String, String> TEXTS = Map.of("_text", "text_json->'text'->>'div'", "_content", """
                    (SELECT string_agg(text_value #>> '{}', ' ') FROM jsonb_path_query(text_json, 'strict $.**') text_value
                      WHERE jsonb_typeof(text_value) ~ '^(string|number)$')""");
    private static final String FOUND = """
            EXISTS (SELECT 1
              FROM hfj_resource text_r
              JOIN hfj_res_ver text_v ON text_v.partition_id = text_r.partition_id
                   AND text_v.res_id = text_r.res_id AND text_v.res_ver = text_r.res_ver
             CROSS JOIN LATERAL (SELECT CAST(text_v.res_text_vc AS jsonb) AS text_json) text_j
             WHERE text_r.res_id = {resource} AND text_r.partition_id = {partition}
               AND to_tsvector('simple', left(%s, %d)) @@ (%s))""";

    private TextSearch() {}

    /** Tells whether a parameter of this name searches words. */
    static boolean isDoneBy(String parameter) {
        return TEXTS.containsKey(parameter);
    }

    /**
     * Returns the condition that a resource holds what one of these looks for.
     *
     * @param parameter    {@code _text} for the narrative, {@code _content} for all of the resource
     * @param alternatives at least one
     * @throws InvalidRequestException if one of them cannot be understood
     */
    static SqlCondition condition(String parameter, List<IQueryParameterType> alternatives) {
        List<Serializable> values = alternatives.stream()
                .<Serializable>map(it -> TextQuery.of(text(parameter, it)))
                .toList();
        String any = values.stream().map(it -> "to_tsquery('simple', ?)").collect(Collectors.joining(" || "));
        return new SqlCondition(FOUND.formatted(TEXTS.get(parameter), LONGEST, any), values);
    }

    private static String text(String parameter, IQueryParameterType value) {
        if (value instanceof StringParam text
                && text.getMissing() == null
                && !text.isExact()
                && !text.isContains()
                && !text.isEmpty()) {
            return text.getValue();
        }
        throw new InvalidRequestException("The parameter '" + parameter + "' takes words and no modifier");
    }
}
