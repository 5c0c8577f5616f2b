package health.salus.fhir;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import ca.uhn.fhir.rest.param.DateParam;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Date;

/**
 * The stretch of time that a search value stands for: {@code 2020-06} is all of June, {@code 2020-06-15T10:30} a whole
 * minute. See https://hl7.org/fhir/R4/search.html#date.
 *
 * @param first     its first day as a number such as 20200601, or its first millisecond as a {@link Date}
 * @param last      its last day or millisecond, likewise; it is part of the stretch
 * @param wholeDays whether it is made of days. They have no time zone, and are compared with days as they were written
 */
record SearchedPeriod(Object first, Object last, boolean wholeDays) {

    private static final int APPROXIMATION = 10;
    private static final int FULL_DATE = "2020-06-15".length();
    private static final int YEAR_ONLY = "2020".length();

    /** Returns what a value stands for, without looking at its prefix. */
    static SearchedPeriod of(DateParam value) {
        return of(value, 0);
    }

    /** Returns what a value stands for roughly: it grows at both ends by a tenth of the time between it and now. */
    static SearchedPeriod around(DateParam value, Instant now) {
        Duration distance = Duration.between(value.getValue().toInstant(), now).abs();
        return of(value, distance.dividedBy(APPROXIMATION).toMillis());
    }

    /** Returns the first instant of a value, taking days in the time zone of the server, as FHIR has it. */
    static Date start(DateParam value) {
        return isDays(value) ? startOf(firstDay(value.getValueAsString())) : value.getValue();
    }

    /** Returns the last millisecond of a value. */
    static Date end(DateParam value) {
        Date next = isDays(value)
                ? startOf(lastDay(value.getValueAsString()).plusDays(1))
                : value.getPrecision().add(value.getValue(), 1);
        return plus(next, -1);
    }

    private static SearchedPeriod of(DateParam value, long moreMillis) {
        if (!isDays(value)) {
            return new SearchedPeriod(plus(start(value), -moreMillis), plus(end(value), moreMillis), false);
        }
        long moreDays = Duration.ofMillis(moreMillis).toDays();
        String text = value.getValueAsString();
        return new SearchedPeriod(
                number(firstDay(text).minusDays(moreDays)), number(lastDay(text).plusDays(moreDays)), true);
    }

    private static boolean isDays(DateParam value) {
        return value.getPrecision().ordinal() <= TemporalPrecisionEnum.DAY.ordinal();
    }

    private static LocalDate firstDay(String text) {
        if (text.length() >= FULL_DATE) {
            return LocalDate.parse(text);
        }
        return text.length() == YEAR_ONLY
                ? Year.parse(text).atDay(1)
                : YearMonth.parse(text).atDay(1);
    }

    private static LocalDate lastDay(String text) {
        LocalDate first = firstDay(text);
        if (text.length() >= FULL_DATE) {
            return first;
        }
        return first.plus(1, text.length() == YEAR_ONLY ? ChronoUnit.YEARS : ChronoUnit.MONTHS)
                .minusDays(1);
    }

    private static Integer number(LocalDate day) {
        return day.getYear() * 10_000 + day.getMonthValue() * 100 + day.getDayOfMonth();
    }

    private static Date startOf(LocalDate day) {
        return Date.from(day.atStartOfDay(ZoneId.systemDefault()).toInstant());
    }

    private static Date plus(Date date, long millis) {
        return new Date(date.getTime() + millis);
    }
}
