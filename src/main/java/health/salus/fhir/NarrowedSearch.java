package health.salus.fhir;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;

import java.util.List;
import java.util.Optional;

/** Adds conditions to a search before it runs. */
public final class NarrowedSearch {

    private NarrowedSearch() {}

    /**
     * Adds a condition that all matches must meet, unless it is there: HAPI may register one search twice, and does not like to be
     * told the same thing twice.
     *
     * @param name of the search parameter
     */
    public static void addOnce(SearchParameterMap parameters, String name, IQueryParameterType value) {
        addOnce(parameters, name, List.of(value));
    }

    /**
     * Adds a condition that all matches must meet one of these, unless it is there.
     *
     * @param name of the search parameter
     */
    static void addOnce(SearchParameterMap parameters, String name, List<IQueryParameterType> alternatives) {
        List<List<IQueryParameterType>> conditions =
                Optional.ofNullable(parameters.get(name)).orElse(List.of());
        if (!conditions.contains(alternatives)) {
            parameters.addOrList(name, alternatives);
        }
    }
}
