package health.salus.mapping;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A point in time as HL7 v2 writes it, {@code YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ]}, with as much of it as was sent.
 *
 * @param date     {@code YYYY}, {@code YYYY-MM} or {@code YYYY-MM-DD}
 * @param time     {@code hh:mm:ss} with the fraction that was sent; absent if no hour was
 * @param local    the same as a local time, if there is an hour
 * @param offset   the zone that was sent with it
 */
record V2Time(
        String date,
        @Nullable String time,
        @Nullable LocalDateTime local,
        @Nullable ZoneOffset offset) {

    private static final Pattern DATE_TIME = Pattern.compile("(?<year>\\d{4})(?:(?<month>\\d{2})(?:(?<day>\\d{2})"
            + "(?:(?<hour>\\d{2})(?:(?<minute>\\d{2})(?:(?<second>\\d{2})(?<fraction>\\.\\d+)?)?)?)?)?)?"
            + "(?<offset>[+-]\\d{4})?");
    private static final Pattern TIME =
            Pattern.compile("(?<hour>\\d{2})(?:(?<minute>\\d{2})(?:(?<second>\\d{2})(?<fraction>\\.\\d+)?)?)?");

    /** Reads DT, DTM and TS; nothing if the text is no such time or names a day or hour that does not exist. */
    static Optional<V2Time> parse(String text) {
        Matcher matcher = DATE_TIME.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(matcher));
        } catch (DateTimeException noSuchTime) {
            return Optional.empty();
        }
    }

    /** Reads TM as {@code hh:mm:ss}; nothing if the text is no time or has a zone, which FHIR's time cannot hold. */
    static Optional<String> parseTime(String text) {
        Matcher matcher = TIME.matcher(text);
        try {
            return matcher.matches() ? Optional.of(time(matcher)) : Optional.empty();
        } catch (DateTimeException noSuchTime) {
            return Optional.empty();
        }
    }

    boolean hasTime() {
        return time != null;
    }

    /** Returns FHIR's dateTime: a time carries the zone it was sent with, else the given one. */
    String dateTime(ZoneId zone) {
        if (time == null || local == null) {
            return date;
        }
        ZoneOffset written = offset != null ? offset : zone.getRules().getOffset(local);
        // ISO writes Greenwich as Z, FHIR allows both; one form keeps equal times equal.
        String suffix = written.equals(ZoneOffset.UTC) ? "Z" : written.getId();
        return date + "T" + time + suffix;
    }

    /**
     * Returns the zone of the times beside this one that were sent without: the one this time was sent with, else the usual
     * one. The usual one stays where it has the same offset at this time, since it knows when the clocks change.
     *
     * @see <a href="http://www.hl7.eu/HL7v2x/v251/std251/ch02.html">HL7 v2.5.1, 2.15.9.7, MSH-7</a>
     */
    ZoneId zoneBesideIt(ZoneId usual) {
        return offset == null
                        || local == null
                        || usual.getRules().getValidOffsets(local).contains(offset)
                ? usual
                : offset;
    }

    /** Tells whether the clock showed this time once and only once in the zone, so that there is no doubt which it was. */
    boolean isCertain(ZoneId zone) {
        ZoneRules rules = zone.getRules();
        return local == null || offset != null || rules.getValidOffsets(local).size() == 1;
    }

    private static V2Time read(Matcher matcher) {
        String year = matcher.group("year");
        String month = matcher.group("month");
        String day = matcher.group("day");
        LocalDate firstDay = LocalDate.of(Integer.parseInt(year), number(month, 1), number(day, 1));
        if (firstDay.getYear() < 1) {
            throw new DateTimeException("There is no year 0");
        }
        String date = year + (month == null ? "" : "-" + month) + (day == null ? "" : "-" + day);
        ZoneOffset offset = matcher.group("offset") == null ? null : ZoneOffset.of(matcher.group("offset"));
        return matcher.group("hour") == null
                ? new V2Time(date, null, null, offset)
                : new V2Time(date, time(matcher), firstDay.atTime(localTime(matcher)), offset);
    }

    private static String time(Matcher matcher) {
        LocalTime time = localTime(matcher);
        String fraction = matcher.group("fraction");
        // Every result has a few times, and formats are slow.
        return twoDigits(time.getHour()) + ":" + twoDigits(time.getMinute()) + ":" + twoDigits(time.getSecond())
                + (fraction == null ? "" : fraction);
    }

    private static String twoDigits(int number) {
        return number < 10 ? "0" + number : String.valueOf(number);
    }

    private static LocalTime localTime(Matcher matcher) {
        return LocalTime.of(
                number(matcher.group("hour"), 0),
                number(matcher.group("minute"), 0),
                number(matcher.group("second"), 0));
    }

    private static int number(@Nullable String digits, int otherwise) {
        return digits == null ? otherwise : Integer.parseInt(digits);
    }
}
