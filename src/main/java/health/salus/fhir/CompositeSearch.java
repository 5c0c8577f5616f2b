package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.QualifiedParamList;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.param.CompositeParam;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.NumberParam;
import ca.uhn.fhir.rest.param.QuantityParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.UriParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Searches by composite parameters, https://hl7.org/fhir/R4/search.html#composite. HAPI has them of two components of some
 * types, and finds an Observation by the code of one component and the value of another.
 *
 * <p>Here the parameters of the components find the candidates by their indexes, and a {@link SqlCondition} beside them
 * looks for one element that holds all values.
 */
@Component
class CompositeSearch {

    /** How the values of a component are read, by its type; there are no components of other types. */
    private static final Map<RestSearchParameterTypeEnum, Supplier<IQueryParameterType>> VALUES = Map.of(
            RestSearchParameterTypeEnum.TOKEN, TokenParam::new,
            RestSearchParameterTypeEnum.STRING, StringParam::new,
            RestSearchParameterTypeEnum.DATE, DateParam::new,
            RestSearchParameterTypeEnum.NUMBER, NumberParam::new,
            RestSearchParameterTypeEnum.QUANTITY, QuantityParam::new,
            RestSearchParameterTypeEnum.REFERENCE, ReferenceParam::new,
            RestSearchParameterTypeEnum.URI, UriParam::new);

    private static final String ID = "_id";
    private static final int MOST_DIGITS = 100;
    private static final Pattern PART_ENDS = Pattern.compile("(?<!\\\\)\\$");

    private final FhirContext context;
    private final ISearchParamRegistry parameters;

    CompositeSearch(FhirContext context, ISearchParamRegistry parameters) {
        this.context = context;
        this.parameters = parameters;
    }

    /** Tells whether parameters of a type can be components. */
    static boolean takes(RestSearchParameterTypeEnum type) {
        return VALUES.containsKey(type);
    }

    /** Returns the names of the types that {@link #takes} is about. */
    static String types() {
        return VALUES.keySet().stream()
                .map(RestSearchParameterTypeEnum::getCode)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** Tells whether a parameter is a composite one. */
    static boolean isComposite(ISearchParamRegistry parameters, String type, String name) {
        RuntimeSearchParam found = parameters.getActiveSearchParam(type, name, SearchParamLookupContextEnum.SEARCH);
        return found != null && found.getParamType() == RestSearchParameterTypeEnum.COMPOSITE;
    }

    /**
     * Reads alternatives, with commas between.
     *
     * @throws InvalidRequestException if one has not a value for each component
     */
    static List<IQueryParameterType> read(
            FhirContext context, ISearchParamRegistry parameters, String type, String name, String alternatives) {
        List<RuntimeSearchParam> components = components(
                parameters, parameters.getRuntimeSearchParam(type, name, SearchParamLookupContextEnum.SEARCH));
        List<IQueryParameterType> values = new ArrayList<>();
        for (String alternative : QualifiedParamList.splitQueryStringByCommasIgnoreEscape(null, alternatives)) {
            String[] parts = PART_ENDS.split(alternative, -1);
            if (parts.length != components.size() || Arrays.stream(parts).anyMatch(String::isBlank)) {
                throw new InvalidRequestException("The search parameter '" + name + "' takes "
                        + components.size() + " values with '$' between: "
                        + String.join(
                                "$",
                                components.stream()
                                        .map(RuntimeSearchParam::getName)
                                        .toList()));
            }
            List<IQueryParameterType> read = new ArrayList<>();
            for (int index = 0; index < parts.length; index++) {
                read.add(value(context, components.get(index), parts[index]));
            }
            values.add(new CompositeValue(alternative, read));
        }
        return values;
    }

    /** Reads a value of a search parameter that can be a component; 400 if it is none. */
    static IQueryParameterType value(FhirContext context, RuntimeSearchParam parameter, String text) {
        IQueryParameterType value =
                Objects.requireNonNull(VALUES.get(parameter.getParamType())).get();
        value.setValueAsQueryToken(context, parameter.getName(), null, text);
        requireFit(parameter.getName(), value);
        return value;
    }

    // Written out, a number such as 1e999999999 fills the memory.
    private static void requireFit(String name, IQueryParameterType value) {
        BigDecimal number = value instanceof NumberParam it
                ? it.getValue()
                : value instanceof QuantityParam it ? it.getValue() : null;
        if (number != null && Math.abs((long) number.scale()) > MOST_DIGITS) {
            throw new InvalidRequestException("The number for '" + name + "' is out of all proportion");
        }
        if (value instanceof ReferenceParam it && it.getChain() != null) {
            throw new InvalidRequestException("'" + name + "' takes no chain in a composite parameter");
        }
    }

    /**
     * Puts what finds the same in the place of all composite parameters of a search.
     *
     * @param base the address of the FHIR API as the client calls it, if one does
     */
    void rewrite(String type, SearchParameterMap asked, @Nullable String base) {
        for (Map.Entry<String, List<List<IQueryParameterType>>> entry : List.copyOf(asked.entrySet())) {
            List<List<IQueryParameterType>> composites = entry.getValue().stream()
                    .filter(it -> !it.isEmpty() && it.stream().allMatch(CompositeSearch::isComposite))
                    .toList();
            if (!composites.isEmpty()) {
                RuntimeSearchParam parameter =
                        parameters.getRuntimeSearchParam(type, entry.getKey(), SearchParamLookupContextEnum.SEARCH);
                asked.remove(entry.getKey());
                composites.forEach(it -> add(
                        type,
                        parameter,
                        it.stream().map(value -> parts(value, base)).toList(),
                        asked));
            }
        }
    }

    private static boolean isComposite(IQueryParameterType value) {
        return value instanceof CompositeValue || value instanceof CompositeParam;
    }

    private static List<IQueryParameterType> parts(IQueryParameterType value, @Nullable String base) {
        List<IQueryParameterType> parts = value instanceof CompositeValue composite
                ? composite.parts()
                : ((CompositeParam<?, ?>) value).getValues();
        return parts.stream().map(it -> SearchRewriting.local(it, base)).toList();
    }

    private void add(
            String type,
            RuntimeSearchParam parameter,
            List<List<IQueryParameterType>> alternatives,
            SearchParameterMap asked) {
        List<RuntimeSearchParam> components = components(parameters, parameter);
        for (int index = 0; index < components.size(); index++) {
            int position = index;
            NarrowedSearch.addOnce(
                    asked,
                    components.get(index).getName(),
                    alternatives.stream().map(it -> it.get(position)).distinct().toList());
        }
        NarrowedSearch.addOnce(
                asked,
                ID,
                elements(type, parameter, components)
                        .orElseThrow(() -> new InvalidRequestException("The search parameter '" + parameter.getName()
                                + "' pairs values in a way that is not supported"))
                        .holding(alternatives));
    }

    private Optional<PairedElements> elements(
            String type, RuntimeSearchParam parameter, List<RuntimeSearchParam> components) {
        List<PairedElements.Component> paired = new ArrayList<>();
        for (int index = 0; index < components.size(); index++) {
            paired.add(new PairedElements.Component(
                    components.get(index).getParamType(),
                    parameter.getComponents().get(index).getExpression()));
        }
        Optional<PairedElements> found = PairedElements.of(type, parameter.getPath(), paired, context);
        return found.isPresent() ? found : turned(type, parameter, paired);
    }

    // FHIR R4 has the expressions of DocumentReference's "relationship" the wrong way around.
    private Optional<PairedElements> turned(
            String type, RuntimeSearchParam parameter, List<PairedElements.Component> paired) {
        List<String> expressions = new ArrayList<>(
                paired.stream().map(PairedElements.Component::expression).toList());
        Collections.reverse(expressions);
        List<PairedElements.Component> turned = new ArrayList<>();
        for (int index = 0; index < paired.size(); index++) {
            turned.add(new PairedElements.Component(paired.get(index).kind(), expressions.get(index)));
        }
        return PairedElements.of(type, parameter.getPath(), turned, context);
    }

    private static List<RuntimeSearchParam> components(ISearchParamRegistry parameters, RuntimeSearchParam composite) {
        List<RuntimeSearchParam> components = new ArrayList<>();
        for (RuntimeSearchParam.Component component : composite.getComponents()) {
            RuntimeSearchParam found =
                    parameters.getActiveSearchParamByUrl(component.getReference(), SearchParamLookupContextEnum.SEARCH);
            if (found == null || !takes(found.getParamType())) {
                throw new InvalidRequestException("The search parameter '" + composite.getName()
                        + "' is made of one that cannot be searched by: " + component.getReference());
            }
            components.add(found);
        }
        return components;
    }
}
