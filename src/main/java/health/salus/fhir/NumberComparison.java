package health.salus.fhir;

import ca.uhn.fhir.jpa.dao.predicate.SearchFilterParser.CompareOperation;
import ca.uhn.fhir.jpa.util.QueryParameterUtils;
import ca.uhn.fhir.rest.param.ParamPrefixEnum;
import ca.uhn.fhir.rest.param.QuantityParam;
import com.healthmarketscience.sqlbuilder.ComboCondition;
import com.healthmarketscience.sqlbuilder.Condition;
import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.function.BiFunction;

/**
 * Compares numbers as https://hl7.org/fhir/R4/search.html#number has it: {@code 100} equals what rounds to it, and a number
 * that is stored is a point, so that it starts after what it is greater than. HAPI knows equality to the last digit only,
 * and neither {@code sa} nor {@code eb}.
 */
final class NumberComparison {

    private static final BigDecimal HALF = new BigDecimal("0.5");
    private static final BigDecimal TWENTIETH = new BigDecimal("0.05");

    private NumberComparison() {}

    /**
     * Returns the condition for one value.
     *
     * @param prefix    of the value, if it has one
     * @param operation of a {@code _filter}, or of the first of several values
     * @param value     as it was searched, its digits included
     * @param hapi      HAPI's own condition for an operation and a value
     */
    static Condition compare(
            @Nullable ParamPrefixEnum prefix,
            @Nullable CompareOperation operation,
            BigDecimal value,
            BiFunction<CompareOperation, BigDecimal, Condition> hapi) {
        CompareOperation wanted =
                prefix != null || operation == null ? QueryParameterUtils.toOperation(prefix) : operation;
        BigDecimal margin = margin(value);
        return switch (wanted) {
            case eq ->
                ComboCondition.and(
                        hapi.apply(CompareOperation.ge, value.subtract(margin)),
                        hapi.apply(CompareOperation.lt, value.add(margin)));
            case ne ->
                ComboCondition.or(
                        hapi.apply(CompareOperation.lt, value.subtract(margin)),
                        hapi.apply(CompareOperation.ge, value.add(margin)));
            case sa -> hapi.apply(CompareOperation.gt, value);
            case eb -> hapi.apply(CompareOperation.lt, value);
            default -> hapi.apply(wanted, value);
        };
    }

    /**
     * Returns the condition for one quantity.
     *
     * @param operation of a {@code _filter}, or of the first of several values
     * @param hapi      HAPI's own condition for an operation and a quantity without a prefix
     */
    static Condition compare(
            QuantityParam quantity,
            @Nullable CompareOperation operation,
            BiFunction<CompareOperation, QuantityParam, Condition> hapi) {
        return compare(
                quantity.getPrefix(),
                operation,
                quantity.getValue(),
                (wanted, bound) ->
                        hapi.apply(wanted, new QuantityParam(null, bound, quantity.getSystem(), quantity.getUnits())));
    }

    // Half of the last digit; the specification reads 1e2 as 95 to 105, a tenth of that.
    private static BigDecimal margin(BigDecimal value) {
        BigDecimal lastDigit = BigDecimal.ONE.scaleByPowerOfTen(-value.scale());
        return lastDigit.multiply(value.scale() < 0 ? TWENTIETH : HALF);
    }
}
