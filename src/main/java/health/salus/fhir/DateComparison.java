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
        ParamPrefixEnum prefix = value.getPrefix() == null ? ParamPrefixEnum.EQUAL : value.getPrefix();
        return prefix == ParamPrefixEnum.APPROXIMATE
                ? overlaps(SearchedPeriod.around(value, Instant.now()))
                : compare(prefix, SearchedPeriod.of(value));
    }

    @Override
    public Condition createPredicateParamMissingValue(MissingQueryParameterPredicateParams parameters) {
        return ExactPredicates.inPartition(parameters, super::createPredicateParamMissingValue);
    }

    private Condition compare(ParamPrefixEnum prefix, SearchedPeriod period) {
        Condition startsBefore = low(ParamPrefixEnum.LESSTHAN, period, period.first());
        Condition endsAfter = high(ParamPrefixEnum.GREATERTHAN, period, period.last());
        Condition startsWithin = low(ParamPrefixEnum.GREATERTHAN_OR_EQUALS, period, period.first());
        Condition endsWithin = high(ParamPrefixEnum.LESSTHAN_OR_EQUALS, period, period.last());
        return switch (prefix) {
            case EQUAL, APPROXIMATE -> ComboCondition.and(startsWithin, endsWithin, overlaps(period));
            case NOT_EQUAL -> ComboCondition.or(startsBefore, endsAfter);
            case GREATERTHAN -> endsAfter;
            case LESSTHAN -> startsBefore;
            // The first part follows from the second; it is there for the database to find the rows by one index.
            case GREATERTHAN_OR_EQUALS ->
                ComboCondition.and(
                        high(ParamPrefixEnum.GREATERTHAN_OR_EQUALS, period, period.first()),
                        ComboCondition.or(endsAfter, startsWithin));
            case LESSTHAN_OR_EQUALS ->
                ComboCondition.and(
                        low(ParamPrefixEnum.LESSTHAN_OR_EQUALS, period, period.last()),
                        ComboCondition.or(startsBefore, endsWithin));
            case STARTS_AFTER -> low(ParamPrefixEnum.GREATERTHAN, period, period.last());
            case ENDS_BEFORE -> high(ParamPrefixEnum.LESSTHAN, period, period.first());
        };
    }

    private Condition overlaps(SearchedPeriod period) {
        return ComboCondition.and(
                low(ParamPrefixEnum.LESSTHAN_OR_EQUALS, period, period.last()),
                high(ParamPrefixEnum.GREATERTHAN_OR_EQUALS, period, period.first()));
    }

    private Condition low(ParamPrefixEnum comparison, SearchedPeriod period, Object value) {
        return compare(period.wholeDays() ? "SP_VALUE_LOW_DATE_ORDINAL" : "SP_VALUE_LOW", comparison, value);
    }

    private Condition high(ParamPrefixEnum comparison, SearchedPeriod period, Object value) {
        return compare(period.wholeDays() ? "SP_VALUE_HIGH_DATE_ORDINAL" : "SP_VALUE_HIGH", comparison, value);
    }

    private Condition compare(String column, ParamPrefixEnum comparison, Object value) {
        DbColumn found = getTable().findColumn(column);
        return createConditionForValueWithComparator(comparison, found, value);
    }
}
