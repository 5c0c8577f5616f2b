package health.salus.fhir;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.param.ParameterUtil;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import health.salus.fhir.FilterExpression.Comparison;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Says a comparison of a {@code _filter} as a search parameter with modifier or prefix. */
final class FilterComparison {

    private static final Set<RestSearchParameterTypeEnum> ORDERED = Set.of(
            RestSearchParameterTypeEnum.DATE, RestSearchParameterTypeEnum.NUMBER, RestSearchParameterTypeEnum.QUANTITY);
    private static final Set<String> PREFIXES = Set.of("eq", "ne", "gt", "lt", "ge", "le", "ap", "sa", "eb");
    private static final Map<RestSearchParameterTypeEnum, Set<String>> WITHOUT_MODIFIER = Map.of(
            RestSearchParameterTypeEnum.STRING, Set.of("eq", "ne", "co", "sw", "ew", "gt", "lt", "ge", "le"),
            RestSearchParameterTypeEnum.URI, Set.of("ne", "co", "sw", "ew"),
            RestSearchParameterTypeEnum.TOKEN, Set.of("ne"));
    private static final Map<RestSearchParameterTypeEnum, Map<String, String>> MODIFIERS = Map.of(
            RestSearchParameterTypeEnum.STRING, Map.of("eq", ":exact", "co", ":contains", "sw", ""),
            RestSearchParameterTypeEnum.URI, Map.of("eq", "", "ss", ":below", "sb", ":above"),
            RestSearchParameterTypeEnum.TOKEN, Map.of("eq", "", "ss", ":below", "sb", ":above", "in", ":in"),
            RestSearchParameterTypeEnum.REFERENCE, Map.of("eq", "", "re", ""));

    private FilterComparison() {}

    /** Returns the parameter that is compared, at the end of the path; answers 400 if there is none. */
    static RuntimeSearchParam target(Comparison comparison, String type, ISearchParamRegistry parameters) {
        Collection<String> types = Set.of(type);
        RuntimeSearchParam parameter = null;
        for (String name : comparison.path()) {
            parameter = types.stream()
                    .map(it -> parameters.getActiveSearchParam(it, name, SearchParamLookupContextEnum.SEARCH))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow(() -> new InvalidRequestException("There is no search parameter '" + name + "'"));
            types = parameter.getTargets();
        }
        return Objects.requireNonNull(parameter);
    }

    /** Tells whether no modifier says what is meant; HAPI's SQL for one parameter and one value does. */
    static boolean hasNoModifier(Comparison comparison, RuntimeSearchParam parameter) {
        return comparison.path().size() == 1
                && WITHOUT_MODIFIER
                        .getOrDefault(parameter.getParamType(), Set.of())
                        .contains(comparison.operator());
    }

    /** Returns the comparison as the query of a URL; answers 400 if the parameter cannot be compared like this. */
    static String query(Comparison comparison, RuntimeSearchParam parameter) {
        String operator = comparison.operator();
        RestSearchParameterTypeEnum type = parameter.getParamType();
        if (operator.equals("pr") && Set.of("true", "false").contains(comparison.value())) {
            return parameter(comparison, ":missing", comparison.value().equals("true") ? "false" : "true");
        }
        if (operator.equals("po") && type == RestSearchParameterTypeEnum.DATE) {
            return List.of("ge", "le").stream()
                    .map(it -> parameter(comparison, "", it + comparison.value()))
                    .reduce((from, to) -> from + "&" + to)
                    .orElseThrow();
        }
        if (ORDERED.contains(type) && PREFIXES.contains(operator)) {
            return parameter(comparison, "", operator + comparison.value());
        }
        String value = type == RestSearchParameterTypeEnum.STRING
                ? ParameterUtil.escape(comparison.value())
                : comparison.value().replace(",", "\\,");
        return Optional.ofNullable(MODIFIERS.getOrDefault(type, Map.of()).get(operator))
                .map(modifier -> parameter(comparison, modifier, value))
                .orElseThrow(() -> refusal(comparison));
    }

    static InvalidRequestException refusal(Comparison comparison) {
        return new InvalidRequestException("The parameter '_filter' cannot compare '" + comparison.name() + "' by '"
                + comparison.operator() + "'");
    }

    private static String parameter(Comparison comparison, String modifier, String value) {
        return encode(comparison.name() + modifier) + "=" + encode(value);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
