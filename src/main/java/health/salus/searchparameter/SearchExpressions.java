package health.salus.searchparameter;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.searchparam.extractor.BaseSearchParamExtractor;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r4.hapi.ctx.HapiWorkerContext;
import org.springframework.stereotype.Component;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks the FHIRPath of search parameters against the definitions of FHIR R4, without a resource at hand: a misspelt element
 * would otherwise find nothing, and nobody would be told.
 *
 * @see <a href="https://hl7.org/fhir/R4/searchparameter-definitions.html#SearchParameter.expression">SearchParameter.expression</a>
 */
@Component
class SearchExpressions {

    private static final Pattern OF_EVERY_TYPE = Pattern.compile("^([(\\s]*)(DomainResource|Resource)\\.");
    private static final Pattern BEGINNING = Pattern.compile("[(\\s]*([A-Z][A-Za-z]+)\\b.*", Pattern.DOTALL);

    private final FhirContext context;
    private final FHIRPathEngine paths;

    SearchExpressions(FhirContext context, IValidationSupport definitions) {
        this.context = context;
        this.paths = new FHIRPathEngine(new HapiWorkerContext(context, definitions));
    }

    /** Refuses with 422 an expression that is no FHIRPath or says nothing about resources of this type. */
    void require(String expression, String type) {
        List<String> parts = Arrays.stream(BaseSearchParamExtractor.splitPathsR4(expression))
                .filter(part -> isAbout(part, type))
                .toList();
        if (parts.isEmpty()) {
            throw refusal("says nothing about " + type);
        }
        parts.forEach(part -> check(part, type));
    }

    private void check(String part, String type) {
        try {
            // The engine knows that a type is a Resource when it evaluates, but not when it checks.
            paths.check(null, type, type, type, OF_EVERY_TYPE.matcher(part).replaceFirst("$1"));
        } catch (FHIRException e) {
            throw refusal("cannot be applied to " + type + ": " + e.getMessage());
        }
    }

    // A union has a part for each type, and what begins with no type is about all of them.
    private boolean isAbout(String part, String type) {
        Matcher beginning = BEGINNING.matcher(part);
        return !beginning.matches()
                || beginning.group(1).equals(type)
                || !context.getResourceTypes().contains(beginning.group(1));
    }

    private static UnprocessableEntityException refusal(String problem) {
        return new UnprocessableEntityException("The 'expression' of the SearchParameter " + problem);
    }
}
