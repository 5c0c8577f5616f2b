package health.salus.fhir;

import ca.uhn.fhir.jpa.dao.predicate.SearchFilterParser.CompareOperation;
import ca.uhn.fhir.jpa.search.builder.models.MissingQueryParameterPredicateParams;
import ca.uhn.fhir.jpa.search.builder.predicate.DatePredicateBuilder;
import ca.uhn.fhir.jpa.search.builder.sql.SearchQueryBuilder;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.ParamPrefixEnum;
import com.healthmarketscience.sqlbuilder.ComboCondition;
import com.healthmarketscience.sqlbuilder.Condition;
import com.healthmarketscience.sqlbuilder.dbspec.basic.DbColumn;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * Compares dates as https://hl7.org/fhir/R4/search.html#prefix defines it: each side is a stretch of time, and each prefix
 * says how the two must lie.
 *
 * <p>HAPI completes a value such as {@code 2020-06} to one of its ends before it compares, so that {@code ge2020-06}
 * loses all of June, and takes the prefix of the first of several values for all of them.
 */
final class DateComparison extends DatePredicateBuilder {

    DateComparison(SearchQueryBuilder query) {
        super(query);
    }

    @Override
    public @Nullable Condition createPredicateDateWithoutIdentityPredicate(
            IQueryParameterType parameter, @Nullable CompareOperation ofTheFirstValue) {
        if (!(parameter instanceof DateParam value) || value.isEmpty()) {
            return super.createPredicateDateWithoutIdentityPredicate(parameter, ofTheFirstValue);
        }
        return compare(value, this::end);
    }

    @Override
    public Condition createPredicateParamMissingValue(MissingQueryParameterPredicateParams parameters) {
        return ExactPredicates.inPartition(parameters, super::createPredicateParamMissingValue);
    }

    /** Makes the condition that the first or last instant of what is stored compares with an end of what is searched. */
    interface Ends {

        /**
         * Returns a condition.
         *
         * @param first      whether the first instant is meant
         * @param comparison with the end that is given
         * @param period     what is searched
         */
        Condition end(boolean first, ParamPrefixEnum comparison, SearchedPeriod period, Object end);
    }

    /** Returns the condition that a stretch of time compares with a value as its prefix says. */
    static Condition compare(DateParam value, Ends stored) {
        ParamPrefixEnum prefix = value.getPrefix() == null ? ParamPrefixEnum.EQUAL : value.getPrefix();
        return prefix == ParamPrefixEnum.APPROXIMATE
                ? overlaps(SearchedPeriod.around(value, Instant.now()), stored)
                : compare(prefix, SearchedPeriod.of(value), stored);
    }

    private static Condition compare(ParamPrefixEnum prefix, SearchedPeriod period, Ends stored) {
        Condition startsBefore = stored.end(true, ParamPrefixEnum.LESSTHAN, period, period.first());
        Condition endsAfter = stored.end(false, ParamPrefixEnum.GREATERTHAN, period, period.last());
        Condition startsWithin = stored.end(true, ParamPrefixEnum.GREATERTHAN_OR_EQUALS, period, period.first());
        Condition endsWithin = stored.end(false, ParamPrefixEnum.LESSTHAN_OR_EQUALS, period, period.last());
        return switch (prefix) {
            case EQUAL, APPROXIMATE -> ComboCondition.and(startsWithin, endsWithin, overlaps(period, stored));
            case NOT_EQUAL -> ComboCondition.or(startsBefore, endsAfter);
            case GREATERTHAN -> endsAfter;
            case LESSTHAN -> startsBefore;
            // The first part follows from the second; it is there for the database to find the rows by one index.
            case GREATERTHAN_OR_EQUALS ->
                ComboCondition.and(
                        stored.end(false, ParamPrefixEnum.GREATERTHAN_OR_EQUALS, period, period.first()),
                        ComboCondition.or(endsAfter, startsWithin));
            case LESSTHAN_OR_EQUALS ->
                ComboCondition.and(
                        stored.end(true, ParamPrefixEnum.LESSTHAN_OR_EQUALS, period, period.last()),
                        ComboCondition.or(startsBefore, endsWithin));
            case STARTS_AFTER -> stored.end(true, ParamPrefixEnum.GREATERTHAN, period, period.last());
            case ENDS_BEFORE -> stored.end(false, ParamPrefixEnum.LESSTHAN, period, period.first());
        };
    }

    private static Condition overlaps(SearchedPeriod period, Ends stored) {
        return ComboCondition.and(
                stored.end(true, ParamPrefixEnum.LESSTHAN_OR_EQUALS, period, period.last()),
                stored.end(false, ParamPrefixEnum.GREATERTHAN_OR_EQUALS, period, period.first()));
    }

    private Condition end(boolean first, ParamPrefixEnum comparison, SearchedPeriod period, Object end) {
        DbColumn column = getTable()
                .findColumn((first ? "SP_VALUE_LOW" : "SP_VALUE_HIGH") + (period.wholeDays() ? "_DATE_ORDINAL" : ""));
        return createConditionForValueWithComparator(comparison, column, end);
    }
}
