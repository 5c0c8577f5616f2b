package health.salus.fhir;

import ca.uhn.fhir.rest.param.TokenParam;

import java.io.Serial;

/** A {@code _filter} among the values of {@code _id}, as {@link SqlCondition} is; {@link FilterSearch} knows what it means. */
final class FilterCondition extends TokenParam {

    @Serial
    private static final long serialVersionUID = 1;

    private final String filter;

    /** Takes a filter as it came. */
    FilterCondition(String filter) {
        super(null, filter);
        this.filter = filter;
    }

    String filter() {
        return filter;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FilterCondition condition && filter.equals(condition.filter);
    }

    @Override
    public int hashCode() {
        return filter.hashCode();
    }
}
