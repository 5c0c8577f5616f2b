package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import ca.uhn.fhir.util.HapiExtensions;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hl7.fhir.r4.model.SearchParameter.SearchParameterComponentComponent;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which composite search parameters can be searched by.
 *
 * @see <a href="https://hl7.org/fhir/R4/searchparameter-definitions.html#SearchParameter.component">SearchParameter.component</a>
 */
@Component
public class CompositeRules {

    private final FhirContext context;
    private final ISearchParamRegistry parameters;

    CompositeRules(FhirContext context, ISearchParamRegistry parameters) {
        this.context = context;
        this.parameters = parameters;
    }

    /**
     * Says what is wrong with a composite search parameter.
     *
     * @param type of the resources that would be searched
     * @return the end of a sentence that begins with the parameter, or nothing if all is well
     */
    public Optional<String> problem(SearchParameter composite, String type) {
        if (composite.hasExtension(HapiExtensions.EXT_SP_UNIQUE)) {
            return Optional.of("has an extension by which values would have to be unique; that is not supported");
        }
        if (composite.getComponent().size() < 2) {
            return Optional.of("needs two 'component's or more");
        }
        List<PairedElements.Component> components = new ArrayList<>();
        List<Set<String>> indexed = new ArrayList<>();
        for (SearchParameterComponentComponent component : composite.getComponent()) {
            RuntimeSearchParam found = parameters.getActiveSearchParamByUrl(
                    String.valueOf(component.getDefinition()), SearchParamLookupContextEnum.ALL);
            if (found == null
                    || !CompositeSearch.takes(found.getParamType())
                    || !found.getBase().contains(type)) {
                return Optional.of("has a 'component' whose 'definition' is no search parameter in use for " + type
                        + " of a type that can be paired (" + CompositeSearch.types() + ")");
            }
            components.add(new PairedElements.Component(found.getParamType(), component.getExpression()));
            indexed.add(JsonPath.of(found, type, context).stream()
                    .map(JsonPath::text)
                    .collect(Collectors.toSet()));
        }
        Optional<PairedElements> elements = PairedElements.of(type, composite.getExpression(), components, context);
        if (elements.isEmpty()) {
            return Optional.of(
                    "has an 'expression', or one in a 'component', that is not made of the names of elements of "
                            + type
                            + " with dots between, where(name='text') and as(type) after them, or that leads to values"
                            + " which the 'definition' does not compare");
        }
        boolean found = elements.get().places().stream().allMatch(place -> isIndexed(place, indexed));
        return found
                ? Optional.empty()
                : Optional.of("has a 'component' whose 'expression' leads to where its 'definition' does not search");
    }

    private static boolean isIndexed(PairedElements.Place place, List<Set<String>> indexed) {
        for (int index = 0; index < indexed.size(); index++) {
            for (JsonPath value : place.components().get(index)) {
                String path = value.inResource()
                        ? value.text()
                        : place.element().text() + value.text().substring(1);
                if (!indexed.get(index).contains(path)) {
                    return false;
                }
            }
        }
        return true;
    }
}
