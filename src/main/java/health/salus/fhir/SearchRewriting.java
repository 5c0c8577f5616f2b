package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.param.HasParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.TokenParamModifier;
import ca.uhn.fhir.rest.param.UriParam;
import ca.uhn.fhir.rest.param.UriParamQualifierEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Says what HAPI cannot search for, in words that it can: as conditions in SQL, or as other parameters. */
@Component
class SearchRewriting {

    private static final String ID = "_id";
    private static final Set<String> DIRECTIONS = Set.of("above", "below");

    private final FhirContext context;
    private final ISearchParamRegistry parameters;
    private final HierarchySearch hierarchies;
    private final ReverseSearch reverse;
    private final CompositeSearch composites;
    private final ContainedTargets contained;

    SearchRewriting(
            FhirContext context,
            ISearchParamRegistry parameters,
            HierarchySearch hierarchies,
            ReverseSearch reverse,
            CompositeSearch composites,
            ContainedTargets contained) {
        this.context = context;
        this.parameters = parameters;
        this.hierarchies = hierarchies;
        this.reverse = reverse;
        this.composites = composites;
        this.contained = contained;
    }

    /**
     * Changes the parameters of a search.
     *
     * @param type      of the resources that are searched
     * @param asked     the parameters as they came
     * @param base      the address of the FHIR API as the client calls it, if one does
     * @param partition where the resources are
     * @throws InvalidRequestException for what cannot be understood
     */
    void rewrite(String type, SearchParameterMap asked, @Nullable String base, @Nullable RequestPartitionId partition) {
        composites.rewrite(type, asked, base);
        for (Map.Entry<String, List<List<IQueryParameterType>>> entry : List.copyOf(asked.entrySet())) {
            List<List<IQueryParameterType>> kept = new ArrayList<>();
            for (List<IQueryParameterType> alternatives : entry.getValue()) {
                List<IQueryParameterType> said = rewrite(type, entry.getKey(), local(alternatives, base), partition);
                if (!entry.getKey().equals(ID) && !said.isEmpty() && isCondition(said.get(0))) {
                    NarrowedSearch.addOnce(asked, ID, said.get(0));
                } else {
                    kept.add(said);
                }
            }
            replace(asked, entry.getKey(), kept);
        }
    }

    private static List<IQueryParameterType> local(List<IQueryParameterType> alternatives, @Nullable String base) {
        return base == null || alternatives.isEmpty() || !(alternatives.get(0) instanceof ReferenceParam)
                ? alternatives
                : alternatives.stream().map(it -> local(it, base)).toList();
    }

    /** Returns a value as it is said without the own base: an address below it names the same resource as one without. */
    static IQueryParameterType local(IQueryParameterType value, @Nullable String base) {
        return value instanceof ReferenceParam reference && base != null && base.equals(reference.getBaseUrl())
                ? new ReferenceParam(reference.getResourceType() + "/" + reference.getIdPart())
                : value;
    }

    private static boolean isCondition(IQueryParameterType value) {
        return value instanceof SqlCondition || value instanceof FilterCondition;
    }

    private static void replace(SearchParameterMap asked, String name, List<List<IQueryParameterType>> kept) {
        if (kept.isEmpty()) {
            asked.remove(name);
        } else if (!kept.equals(asked.get(name))) {
            asked.put(name, kept);
        }
    }

    private List<IQueryParameterType> rewrite(
            String type, String name, List<IQueryParameterType> alternatives, @Nullable RequestPartitionId partition) {
        if (alternatives.isEmpty()) {
            return alternatives;
        }
        if (name.equals(Constants.PARAM_FILTER)) {
            String filter = ((StringParam) alternatives.get(0)).getValue();
            FilterParser.parse(filter);
            return List.of(new FilterCondition(filter));
        }
        if (TextSearch.isDoneBy(name)) {
            return List.of(TextSearch.condition(name, alternatives));
        }
        IQueryParameterType first = alternatives.get(0);
        if (first instanceof HasParam has && reverse.isDoneBy(has)) {
            return List.of(referred(type, has, alternatives, partition));
        }
        RuntimeSearchParam parameter = parameters.getActiveSearchParam(type, name, SearchParamLookupContextEnum.SEARCH);
        if (parameter == null) {
            return alternatives;
        }
        if (first instanceof ReferenceParam reference && reference.hasChain()) {
            return Optional.ofNullable(partition)
                    .flatMap(place -> contained.condition(type, parameter, alternatives, place))
                    .<List<IQueryParameterType>>map(List::of)
                    .orElse(alternatives);
        }
        if (first instanceof ReferenceParam reference) {
            return references(type, parameter, reference.getResourceType(), alternatives, partition);
        }
        if (first instanceof UriParam uri) {
            return urls(type, parameter, uri.getQualifier(), alternatives);
        }
        if (first instanceof TokenParam token && token.getModifier() == TokenParamModifier.NOT_IN) {
            return List.of(new FilterCondition(noneIn(name, alternatives)));
        }
        if (first instanceof TokenParam token
                && token.getModifier() == TokenParamModifier.BELOW
                && SearchModifiers.isMimeType(parameter)) {
            return List.of(TokenIndex.hasMimeType(
                    type,
                    name,
                    alternatives.stream()
                            .map(it -> ((TokenParam) it).getValue())
                            .toList()));
        }
        return alternatives;
    }

    private SqlCondition referred(
            String type, HasParam has, List<IQueryParameterType> alternatives, @Nullable RequestPartitionId partition) {
        RequestPartitionId place = Objects.requireNonNull(partition, "A search has a partition");
        SearchParameterMap criteria = reverse.criteria(has, alternatives);
        rewrite(has.getTargetResourceType(), criteria, null, place);
        return reverse.condition(type, has, criteria, place);
    }

    // Of several codes, as of several translations, none may be in the value set.
    private static String noneIn(String name, List<IQueryParameterType> valueSets) {
        return valueSets.stream()
                .map(it -> "not (" + name + " in \""
                        + CodeSearch.valueSet((TokenParam) it).replaceAll("[\"\\\\]", "\\\\$0") + "\")")
                .collect(Collectors.joining(" and ", name + " pr true and ", ""));
    }

    private List<IQueryParameterType> references(
            String type,
            RuntimeSearchParam parameter,
            @Nullable String modifier,
            List<IQueryParameterType> alternatives,
            @Nullable RequestPartitionId partition) {
        if (ReferencedIdentifiers.MODIFIER.equals(modifier)) {
            return List.of(ReferencedIdentifiers.condition(type, parameter.getName(), alternatives, context));
        }
        if (modifier == null || !DIRECTIONS.contains(modifier)) {
            return alternatives;
        }
        List<String> values = alternatives.stream()
                .map(it -> ((ReferenceParam) it).getValue())
                .toList();
        if (values.stream().allMatch(it -> it.contains(":"))) {
            return List.of(CanonicalSearch.namesBelow(parameter, values));
        }
        int number = Objects.requireNonNull(
                Objects.requireNonNull(partition, "A search has a partition").getFirstPartitionIdOrNull());
        return alternatives.stream()
                .flatMap(it -> hierarchies.expand((ReferenceParam) it, parameter, number).stream())
                .toList();
    }

    private static List<IQueryParameterType> urls(
            String type,
            RuntimeSearchParam parameter,
            @Nullable UriParamQualifierEnum qualifier,
            List<IQueryParameterType> alternatives) {
        List<String> urls =
                alternatives.stream().map(it -> ((UriParam) it).getValue()).toList();
        boolean hierarchical = qualifier == UriParamQualifierEnum.ABOVE || qualifier == UriParamQualifierEnum.BELOW;
        if (hierarchical && urls.stream().anyMatch(it -> it.startsWith("urn:"))) {
            throw new InvalidRequestException("The modifiers ':above' and ':below' are for URLs; a URN has no parts");
        }
        boolean versioned = qualifier == null
                && parameter.getName().equals("url")
                && urls.stream().anyMatch(it -> it != null && it.contains("|"));
        return versioned ? List.of(CanonicalSearch.hasUrl(type, parameter.getName(), urls)) : alternatives;
    }
}
