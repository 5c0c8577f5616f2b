package health.salus.fhir;

import java.util.List;

/** What a {@code _filter} says: https://hl7.org/fhir/R4/search_filter.html. */
sealed interface FilterExpression {

    /** Both hold. */
    record And(FilterExpression left, FilterExpression right) implements FilterExpression {}

    /** One of them holds. */
    record Or(FilterExpression left, FilterExpression right) implements FilterExpression {}

    /** It does not hold. */
    record Not(FilterExpression inner) implements FilterExpression {}

    /**
     * A comparison.
     *
     * @param path     names of search parameters, each of what the one before it leads to
     * @param operator such as {@code eq}
     * @param value    without quotation marks
     */
    record Comparison(List<String> path, String operator, String value) implements FilterExpression {

        /** Returns the path as a chained parameter. */
        String name() {
            return String.join(".", path);
        }
    }
}
