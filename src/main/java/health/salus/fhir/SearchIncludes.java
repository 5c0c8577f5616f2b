package health.salus.fhir;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.Include;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * What goes along with the matches of a search, https://hl7.org/fhir/R4/search.html#revinclude.
 *
 * @param forward values of {@code _include}
 * @param reverse values of {@code _revinclude}
 */
record SearchIncludes(List<Include> forward, List<Include> reverse) {

    static final SearchIncludes NONE = new SearchIncludes(List.of(), List.of());

    static SearchIncludes of(SearchParameterMap parameters) {
        return new SearchIncludes(List.copyOf(parameters.getIncludes()), List.copyOf(parameters.getRevIncludes()));
    }

    /** Reads what {@link #values} has written. */
    static SearchIncludes of(String[] forward, String[] reverse) {
        return new SearchIncludes(
                Stream.of(forward).map(Include::new).toList(),
                Stream.of(reverse).map(Include::new).toList());
    }

    static String[] values(Collection<Include> includes) {
        return includes.stream().map(Include::getValue).toArray(String[]::new);
    }

    boolean isEmpty() {
        return forward.isEmpty() && reverse.isEmpty();
    }

    /** Tells whether one of them is to be followed again from what it has found. */
    boolean isIterated() {
        return Stream.concat(forward.stream(), reverse.stream()).anyMatch(Include::isRecurse);
    }
}
