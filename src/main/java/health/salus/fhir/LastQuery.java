package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.QualifiedParamList;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What is asked of {@code $lastn}.
 *
 * @param max            how many observations of each group
 * @param ofObservations the search parameters of observations
 * @param ofEveryType    the search parameters that every type has
 */
record LastQuery(int max, Map<String, List<String>> ofObservations, Map<String, String[]> ofEveryType) {

    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,4}");
    private static final Pattern ABOUT_CODE = Pattern.compile("category|([a-z]+-)?code(-.+)?");
    private static final Set<String> SUBJECTS = Set.of("patient", "subject");
    private static final Set<String> CRITERIA =
            Set.of("_id", "_has", "_tag", "_profile", "_security", "_source", "_list", "_filter", "_lastUpdated");
    private static final Set<String> ABOUT_ANSWER = Set.of("_format", "_pretty", "_elements", "_summary");

    /**
     * Reads parameters.
     *
     * @throws InvalidRequestException if the specification wants more, or something makes no sense for this operation
     */
    static LastQuery of(Map<String, String[]> parameters) {
        Map<String, List<String>> ofObservations = new LinkedHashMap<>();
        Map<String, String[]> ofEveryType = new LinkedHashMap<>();
        parameters.forEach((name, values) -> {
            String plain = plain(name);
            if (CRITERIA.contains(plain)) {
                ofEveryType.put(name, values);
            } else if (plain.startsWith("_") && !ABOUT_ANSWER.contains(plain)) {
                throw new InvalidRequestException("The operation $lastn does not take the parameter '" + plain + "'");
            } else if (!plain.startsWith("_") && !plain.equals("max")) {
                ofObservations.put(name, Arrays.asList(values));
            }
        });
        require(ofObservations, SUBJECTS::contains, "'patient' or 'subject'");
        require(ofObservations, name -> ABOUT_CODE.matcher(name).matches(), "'category' or 'code'");
        return new LastQuery(max(parameters.getOrDefault("max", new String[] {"1"})), ofObservations, ofEveryType);
    }

    /** Returns the limits of when an observation was changed, or null if there are none. */
    @Nullable
    DateRangeParam lastUpdated(FhirContext context) {
        return range(ofEveryType.get("_lastUpdated"), context);
    }

    /** Reads limits of when something was changed; null if there are none. */
    static @Nullable DateRangeParam range(String @Nullable [] values, FhirContext context) {
        if (values == null) {
            return null;
        }
        DateRangeParam range = new DateRangeParam();
        range.setValuesAsQueryTokens(
                context,
                "_lastUpdated",
                Arrays.stream(values)
                        .map(value -> QualifiedParamList.splitQueryStringByCommasIgnoreEscape(null, value))
                        .toList());
        return range;
    }

    private static void require(Map<String, List<String>> parameters, Predicate<String> wanted, String words) {
        if (parameters.keySet().stream().map(LastQuery::plain).noneMatch(wanted)) {
            throw new InvalidRequestException("The operation $lastn needs the parameter " + words);
        }
    }

    private static int max(String[] values) {
        if (values.length != 1 || !COUNT.matcher(values[0]).matches()) {
            throw new InvalidRequestException("The parameter 'max' takes one whole number from 1 to 99999");
        }
        return Integer.parseInt(values[0]);
    }

    private static String plain(String name) {
        return name.split("[:.]", 2)[0];
    }
}
