package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.param.QualifierDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The modifiers that each type of search parameter takes, https://hl7.org/fhir/R4/search.html#modifiers. HAPI ignores one
 * that it does not know and answers as if it was not there, which the specification forbids.
 */
final class SearchModifiers {

    private static final String MISSING = "missing";
    private static final Map<RestSearchParameterTypeEnum, Set<String>> OF_TYPE = Map.of(
            RestSearchParameterTypeEnum.STRING, Set.of("exact", "contains", "nickname"),
            RestSearchParameterTypeEnum.TOKEN, Set.of("text", "not", "above", "below", "in", "not-in", "of-type"),
            RestSearchParameterTypeEnum.URI, Set.of("above", "below", "contains"),
            RestSearchParameterTypeEnum.REFERENCE, Set.of(ReferencedIdentifiers.MODIFIER, "above", "below"));

    private SearchModifiers() {}

    /**
     * Refuses a modifier that the parameter does not take with 400.
     *
     * @param type    the resource type that is searched
     * @param name    the parameter with its modifier or chain, as in the URL
     * @param context the FHIR version, which knows the types that a reference may lead to
     */
    static void require(String type, String name, ISearchParamRegistry parameters, FhirContext context) {
        QualifierDetails parts = QualifierDetails.extractQualifiersFromParameterName(name);
        String qualifier = parts.getWholeQualifier() == null ? "" : parts.getWholeQualifier();
        String modifier = modifier(qualifier);
        RuntimeSearchParam parameter =
                parameters.getActiveSearchParam(type, parts.getParamName(), SearchParamLookupContextEnum.SEARCH);
        if (parameter != null && qualifier.contains(".")) {
            requireAtEnd(parameter, qualifier.substring(qualifier.indexOf('.') + 1), parameters);
        }
        if (modifier.isEmpty() || parameter == null) {
            return;
        }
        boolean namesType = parameter.getParamType() == RestSearchParameterTypeEnum.REFERENCE
                && context.getResourceTypes().contains(modifier);
        boolean ends = qualifier.equals(":" + modifier);
        if (!namesType && !(ends && takes(parameter, modifier, parameters))) {
            throw new InvalidRequestException("The search parameter '" + parts.getParamName()
                    + "' does not take the modifier ':" + modifier + "'");
        }
    }

    // HAPI ignores a modifier that it does not know there too, or takes it for a type and finds nothing.
    private static void requireAtEnd(RuntimeSearchParam first, String chain, ISearchParamRegistry parameters) {
        Set<String> types = first.getTargets();
        List<RuntimeSearchParam> found = List.of();
        String[] parts = {};
        for (String step : chain.split("\\.")) {
            parts = step.split(":", 2);
            String name = parts[0];
            found = types.stream()
                    .map(type -> parameters.getActiveSearchParam(type, name, SearchParamLookupContextEnum.SEARCH))
                    .filter(Objects::nonNull)
                    .toList();
            types = found.stream().flatMap(it -> it.getTargets().stream()).collect(Collectors.toSet());
        }
        String modifier = parts.length == 2 ? parts[1] : MISSING;
        if (!found.isEmpty() && found.stream().noneMatch(it -> takesInChain(it, modifier))) {
            throw new InvalidRequestException("At the end of a chain the search parameter '" + parts[0]
                    + "' does not take the modifier ':" + modifier + "'");
        }
    }

    private static boolean takesInChain(RuntimeSearchParam parameter, String modifier) {
        boolean isReference = parameter.getParamType() == RestSearchParameterTypeEnum.REFERENCE;
        return modifier.equals(MISSING)
                || (isReference
                        ? !modifier.isEmpty() && Character.isUpperCase(modifier.charAt(0))
                        : OF_TYPE.getOrDefault(parameter.getParamType(), Set.of())
                                .contains(modifier));
    }

    /** Tells whether a parameter searches MIME types, which have their own idea of {@code :below}. */
    static boolean isMimeType(RuntimeSearchParam parameter) {
        return parameter.getParamType() == RestSearchParameterTypeEnum.TOKEN
                && parameter.getPath().endsWith(".contentType");
    }

    private static boolean takes(RuntimeSearchParam parameter, String modifier, ISearchParamRegistry parameters) {
        RestSearchParameterTypeEnum type = parameter.getParamType();
        if (modifier.equals(MISSING)) {
            return type != RestSearchParameterTypeEnum.COMPOSITE;
        }
        if (!OF_TYPE.getOrDefault(type, Set.of()).contains(modifier)) {
            return false;
        }
        return switch (modifier) {
            case "of-type" -> parameter.getPath().endsWith("dentifier");
            case "above", "below" ->
                type != RestSearchParameterTypeEnum.REFERENCE
                        || HierarchySearch.isDoneBy(parameter, parameters)
                        || (modifier.equals("below") && CanonicalSearch.isNamedBy(parameter));
            default -> true;
        };
    }

    // What follows the name is ":exact", ".name" or ":Patient.name".
    private static String modifier(String qualifier) {
        if (!qualifier.startsWith(":")) {
            return "";
        }
        int chain = qualifier.indexOf('.');
        return qualifier.substring(1, chain < 0 ? qualifier.length() : chain);
    }
}
