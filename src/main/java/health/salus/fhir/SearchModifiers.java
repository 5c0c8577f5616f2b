package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.param.QualifierDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Set;

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
            RestSearchParameterTypeEnum.REFERENCE, Set.of("identifier"));

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
        String modifier = modifier(parts.getWholeQualifier());
        RuntimeSearchParam parameter =
                parameters.getActiveSearchParam(type, parts.getParamName(), SearchParamLookupContextEnum.SEARCH);
        if (modifier.isEmpty() || modifier.equals(MISSING) || parameter == null) {
            return;
        }
        boolean namesType = parameter.getParamType() == RestSearchParameterTypeEnum.REFERENCE
                && context.getResourceTypes().contains(modifier);
        boolean known = OF_TYPE.getOrDefault(parameter.getParamType(), Set.of()).contains(modifier);
        if (!namesType && !known) {
            throw new InvalidRequestException("The search parameter '" + parts.getParamName()
                    + "' does not take the modifier ':" + modifier + "'");
        }
    }

    // What follows the name is ":exact", ".name" or ":Patient.name".
    private static String modifier(@Nullable String qualifier) {
        if (qualifier == null || !qualifier.startsWith(":")) {
            return "";
        }
        int chain = qualifier.indexOf('.');
        return qualifier.substring(1, chain < 0 ? qualifier.length() : chain);
    }
}
