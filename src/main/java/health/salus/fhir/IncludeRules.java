package health.salus.fhir;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.model.api.Include;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Stream;

/** What {@code _include} and {@code _revinclude} take, https://hl7.org/fhir/R4/search.html#include. */
final class IncludeRules {

    private static final Set<String> NAMES = Set.of("_include", "_revinclude");
    // "recurse" is what "iterate" was called before R4.
    private static final Set<String> MODIFIERS = Set.of("iterate", "recurse");

    private IncludeRules() {}

    /** Refuses with 400 what cannot be included, or not in this summary. */
    static void require(
            RequestDetails request,
            @Nullable Set<Include> forward,
            @Nullable Set<Include> reverse,
            @Nullable SummaryEnum summary,
            ISearchParamRegistry parameters) {
        request.getParameters().keySet().forEach(IncludeRules::requireModifier);
        Collection<Include> all = Stream.of(forward, reverse)
                .flatMap(it -> it == null ? Stream.empty() : it.stream())
                .toList();
        if (!all.isEmpty() && summary == SummaryEnum.TEXT) {
            throw new InvalidRequestException("The parameter '_summary=text' does not go together with '_include'");
        }
        all.forEach(include -> requireReference(include, parameters));
    }

    private static void requireModifier(String nameAndModifier) {
        String[] parts = nameAndModifier.split(":", 2);
        if (NAMES.contains(parts[0]) && parts.length > 1 && !MODIFIERS.contains(parts[1])) {
            throw new InvalidRequestException("The parameter '" + parts[0] + "' takes the modifier ':iterate' only");
        }
    }

    private static void requireReference(Include include, ISearchParamRegistry parameters) {
        if (include.getParamType() == null || include.getParamName() == null) {
            return;
        }
        RuntimeSearchParam parameter = parameters.getActiveSearchParam(
                include.getParamType(), include.getParamName(), SearchParamLookupContextEnum.SEARCH);
        if (parameter != null && parameter.getParamType() != RestSearchParameterTypeEnum.REFERENCE) {
            throw new InvalidRequestException("The search parameter '" + include.getParamName() + "' of "
                    + include.getParamType() + " is no reference, so nothing can be included by it");
        }
    }
}
