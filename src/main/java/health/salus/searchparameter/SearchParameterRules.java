package health.salus.searchparameter;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import health.salus.fhir.CompositeRules;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.SearchParameter;
import org.springframework.stereotype.Component;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which search parameters are taken: those by which the server can search, and which take nothing away from another one.
 *
 * @see <a href="https://hl7.org/fhir/R4/searchparameter.html">FHIR R4, SearchParameter</a>
 */
@Component
class SearchParameterRules {

    // It stands in URLs, beside modifiers, chains and HAPI's own parameters.
    private static final Pattern CODE = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");
    private static final Pattern URL = Pattern.compile("(https?://|urn:)\\S+");
    private static final String OF_FHIR = "http://hl7.org/fhir/SearchParameter/";
    private static final Set<String> EVERY_TYPE = Set.of("Resource", "DomainResource");
    private static final Set<SearchParamType> TYPES = EnumSet.of(
            SearchParamType.NUMBER,
            SearchParamType.DATE,
            SearchParamType.STRING,
            SearchParamType.TOKEN,
            SearchParamType.REFERENCE,
            SearchParamType.QUANTITY,
            SearchParamType.URI,
            SearchParamType.COMPOSITE);

    private final FhirContext context;
    private final SearchExpressions expressions;
    private final CompositeRules composites;
    private final Reindexes reindexes;

    SearchParameterRules(
            FhirContext context, SearchExpressions expressions, CompositeRules composites, Reindexes reindexes) {
        this.context = context;
        this.expressions = expressions;
        this.composites = composites;
        this.reindexes = reindexes;
    }

    /**
     * Refuses a search parameter with 422 that is active and cannot be searched by, or that stands in the way of another one,
     * active or not. A draft may say what it likes.
     */
    void require(SearchParameter parameter) {
        if (!parameter.hasStatus() || parameter.getStatus() == PublicationStatus.DRAFT) {
            return;
        }
        boolean active = parameter.getStatus() == PublicationStatus.ACTIVE;
        if (active) {
            requireComplete(parameter);
        }
        requireOwnName(parameter);
        if (active) {
            bases(parameter).forEach(base -> expressions.require(parameter.getExpression(), base));
            requirePairs(parameter);
        }
    }

    private void requirePairs(SearchParameter parameter) {
        if (parameter.getType() == SearchParamType.COMPOSITE) {
            bases(parameter).stream()
                    .flatMap(base -> composites.problem(parameter, base).stream())
                    .findFirst()
                    .ifPresent(problem -> {
                        throw refusal(problem);
                    });
        }
    }

    /** Returns the resource types that it is for, each by its name. */
    Set<String> bases(SearchParameter parameter) {
        Set<String> named = parameter.getBase().stream()
                .filter(CodeType::hasValue)
                .map(CodeType::getValue)
                .collect(Collectors.toCollection(TreeSet::new));
        if (named.stream().anyMatch(EVERY_TYPE::contains)) {
            return new TreeSet<>(context.getResourceTypes());
        }
        named.retainAll(context.getResourceTypes());
        return named;
    }

    private void requireComplete(SearchParameter parameter) {
        if (!parameter.hasUrl() || !URL.matcher(parameter.getUrl()).matches()) {
            throw refusal(
                    "needs a 'url' that names it everywhere, such as https://example.org/SearchParameter/eye-colour");
        }
        if (!parameter.hasCode() || !CODE.matcher(parameter.getCode()).matches()) {
            throw refusal("needs a 'code' of letters, digits and '-', the first a letter, at most 64");
        }
        if (!TYPES.contains(parameter.getType())) {
            throw refusal("needs a 'type' that is one of "
                    + TYPES.stream().map(SearchParamType::toCode).collect(Collectors.joining(", "))
                    + "; others are not taken");
        }
        requireTypes("base", parameter.hasBase(), parameter.getBase());
        requireTypes(
                "target",
                parameter.getType() != SearchParamType.REFERENCE || parameter.hasTarget(),
                parameter.getTarget());
        if (!parameter.hasExpression()) {
            throw refusal("needs an 'expression' that says in FHIRPath what is searched");
        }
    }

    private void requireTypes(String element, boolean isThere, Iterable<CodeType> types) {
        if (!isThere) {
            throw refusal("needs a '" + element + "', the resource types that it "
                    + (element.equals("base") ? "is for" : "leads to"));
        }
        for (CodeType type : types) {
            boolean known = type.hasValue()
                    && (EVERY_TYPE.contains(type.getValue())
                            || context.getResourceTypes().contains(type.getValue()));
            if (!known) {
                throw refusal("has a '" + element + "' that is no resource type of FHIR R4");
            }
        }
    }

    // HAPI lets a stored one take the place of one of FHIR's, and a retired one take it away.
    private void requireOwnName(SearchParameter parameter) {
        if (parameter.hasUrl() && parameter.getUrl().startsWith(OF_FHIR)) {
            throw refusal("has a 'url' of those that FHIR itself defines; give it one of your own");
        }
        Optional<String> taken = bases(parameter).stream()
                .filter(base -> parameter.hasCode()
                        && context.getResourceDefinition(base).getSearchParam(parameter.getCode()) != null)
                .findFirst();
        if (taken.isPresent()) {
            throw refusal("has the 'code' of one that FHIR itself defines for " + taken.get() + "; take another code");
        }
    }

    /** Refuses one with 422 that has the name of another one in use; one change after the other, until each is committed. */
    void requireAlone(SearchParameter parameter) {
        reindexes.lockChanges();
        String id = Optional.ofNullable(parameter.getIdElement().getIdPart()).orElse("");
        reindexes
                .other(id, parameter.getUrl(), parameter.getCode(), bases(parameter))
                .ifPresent(other -> {
                    throw refusal("has the 'url' of SearchParameter/" + other + ", or its 'code' for one of its types");
                });
    }

    private static UnprocessableEntityException refusal(String problem) {
        return new UnprocessableEntityException("A SearchParameter that is not a draft " + problem);
    }
}
