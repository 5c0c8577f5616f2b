package health.salus.fhir;

import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.ParamPrefixEnum;
import com.healthmarketscience.sqlbuilder.Condition;
import com.healthmarketscience.sqlbuilder.CustomCondition;

import java.time.ZoneId;
import java.util.Date;

/**
 * SQL conditions on {@code pair_c.value}, the JSON of a date, a time or a Period, by the rules of
 * https://hl7.org/fhir/R4/search.html#date. As in HAPI's index, days are compared with days as they were written, and all else
 * with milliseconds.
 */
final class ElementDates {

    private static final String ENDS = """
            EXISTS (SELECT 1 FROM (SELECT
                CASE jsonb_typeof(pair_c.value) WHEN 'string' THEN pair_c.value #>> '{}'
                     ELSE pair_c.value->>'start' END AS first_text,
                CASE jsonb_typeof(pair_c.value) WHEN 'string' THEN pair_c.value #>> '{}'
                     ELSE pair_c.value->>'end' END AS last_text) pair_t
             WHERE COALESCE(pair_t.first_text, pair_t.last_text) ~ '^\\d{4}($|-\\d\\d($|-\\d\\d($|T)))' AND %s)""";
    // A year or a month begins with its first day.
    private static final String DAY = "CAST(left(#t || substr('-01-01', length(#t) - 3), 10) AS date)";
    private static final String LAST_DAY = "CAST(" + DAY + " + CASE length(#t) WHEN 4 THEN interval '1 year'"
            + " WHEN 7 THEN interval '1 month' ELSE interval '1 day' END - interval '1 day' AS date)";
    private static final String INSTANT = "date_trunc('milliseconds', CAST(#t AS timestamptz))";
    private static final String START =
            "CASE WHEN length(#t) < 11 THEN CAST(" + DAY + " AS timestamp) AT TIME ZONE '#z' ELSE " + INSTANT + " END";
    private static final String END = "CASE WHEN length(#t) < 11 THEN CAST(" + LAST_DAY
            + " + 1 AS timestamp) AT TIME ZONE '#z' - interval '1 millisecond' WHEN #t LIKE '%.%' THEN " + INSTANT
            + " ELSE " + INSTANT + " + interval '999 milliseconds' END";

    private ElementDates() {}

    /** Says that the element compares with a value as its prefix says. */
    static String condition(DateParam asked) {
        return ENDS.formatted(DateComparison.compare(asked, ElementDates::end).toString());
    }

    private static Condition end(boolean first, ParamPrefixEnum comparison, SearchedPeriod period, Object end) {
        String stored = first
                ? "COALESCE(" + (period.wholeDays() ? DAY : START) + ", '-infinity')"
                : "COALESCE(" + (period.wholeDays() ? LAST_DAY : END) + ", 'infinity')";
        String text = first ? "pair_t.first_text" : "pair_t.last_text";
        String bound = end instanceof Date instant ? "TIMESTAMPTZ '" + instant.toInstant() + "'" : "DATE '" + end + "'";
        return new CustomCondition(stored.replace("#t", text)
                        .replace("#z", ZoneId.systemDefault().getId()) + " " + operator(comparison) + " " + bound);
    }

    private static String operator(ParamPrefixEnum comparison) {
        return switch (comparison) {
            case LESSTHAN -> "<";
            case LESSTHAN_OR_EQUALS -> "<=";
            case GREATERTHAN -> ">";
            case GREATERTHAN_OR_EQUALS -> ">=";
            default -> throw new IllegalStateException("No comparison of instants: " + comparison);
        };
    }
}
