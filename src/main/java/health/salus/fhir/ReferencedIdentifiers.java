package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamToken;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Reference;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The identifiers by which resources name others, {@code subject:identifier=system|value}:
 * https://hl7.org/fhir/R4/search.html#reference. They are indexed like tokens, under the name with the modifier.
 */
final class ReferencedIdentifiers {

    /** The modifier. */
    static final String MODIFIER = "identifier";

    // Nobody but for patient names a type here, and what an identifier leads to is not known.
    private static final String OF_TYPE = "\\.where\\(resolve\\(\\) is [A-Za-z]+\\)";

    private ReferencedIdentifiers() {}

    /**
     * Reads them from a resource.
     *
     * @param parameters the search parameters of the type of the resource
     * @param values     reads the values at a path
     */
    static Stream<ResourceIndexedSearchParamToken> in(
            IBaseResource resource,
            FhirContext context,
            Stream<RuntimeSearchParam> parameters,
            Function<String, List<? extends IBase>> values,
            PartitionSettings settings) {
        boolean some = context.newTerser().getAllPopulatedChildElementsOfType(resource, Reference.class).stream()
                .anyMatch(Reference::hasIdentifier);
        if (!some) {
            return Stream.empty();
        }
        String type = context.getResourceType(resource);
        return parameters.flatMap(parameter -> values.apply(parameter.getPath().replaceAll(OF_TYPE, "")).stream()
                .filter(Reference.class::isInstance)
                .map(it -> ((Reference) it).getIdentifier())
                .filter(it -> it.getValue() != null)
                .map(it -> new ResourceIndexedSearchParamToken(
                        settings, type, name(parameter.getName()), it.getSystem(), it.getValue())));
    }

    /** Returns the condition that a resource names another by one of these. */
    static SqlCondition condition(
            String type, String parameter, List<IQueryParameterType> alternatives, FhirContext context) {
        return TokenIndex.holdsOneOf(
                type,
                name(parameter),
                alternatives.stream()
                        .map(it -> {
                            TokenParam token = new TokenParam();
                            token.setValueAsQueryToken(context, parameter, null, ((ReferenceParam) it).getValue());
                            return token;
                        })
                        .toList());
    }

    private static String name(String parameter) {
        return parameter + ":" + MODIFIER;
    }
}
