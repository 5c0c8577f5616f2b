package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.jpa.searchparam.matcher.SearchParamMatcher;
import ca.uhn.fhir.rest.param.TokenParam;
import org.hl7.fhir.instance.model.api.IBaseResource;

import java.util.Set;
import java.util.function.Supplier;

/**
 * What {@link ResourceCondition} asks of a resource that is at hand.
 *
 * @param resource the resource, in the version that is judged
 * @param context  the FHIR version
 * @param searches finds out what a search parameter says of it, as the index of the database does
 */
record ResourceFacts(IBaseResource resource, FhirContext context, Supplier<SearchParamMatcher> searches) {

    String type() {
        return context.getResourceType(resource);
    }

    String reference() {
        return type() + "/" + resource.getIdElement().getIdPart();
    }

    boolean isInRecords(Set<String> patients) {
        return PatientCompartment.contains(context, resource, patients);
    }

    boolean isAbout(Set<String> patients) {
        return PatientCompartment.names(context, resource, patients);
    }

    boolean hasToken(String parameter, ScopeFilter.Token token) {
        SearchParameterMap wanted = new SearchParameterMap();
        wanted.add(
                parameter,
                token.system().isEmpty() ? new TokenParam(token.code()) : new TokenParam(token.system(), token.code()));
        return searches.get().match(wanted, resource).matched();
    }

    boolean hasLabel(ScopeFilter.Token label) {
        return hasLabel(resource, label);
    }

    static boolean hasLabel(IBaseResource resource, ScopeFilter.Token label) {
        return resource.getMeta().getSecurity().stream()
                .anyMatch(it -> label.code().equals(it.getCode())
                        && (label.system().isEmpty() || label.system().equals(it.getSystem())));
    }
}
