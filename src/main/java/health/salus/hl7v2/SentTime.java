package health.salus.hl7v2;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads when a message was sent, MSH-7, as exactly as it says. */
final class SentTime {

    private static final Pattern TIME = Pattern.compile("(?<year>\\d{4})(?<month>\\d{2})(?<day>\\d{2})(?<hour>\\d{2})"
            + "(?<minute>\\d{2})(?:(?<second>\\d{2})(?:\\.(?<fraction>\\d{1,4}))?)?(?<offset>[+-]\\d{4})?.*");

    private SentTime() {}

    /**
     * Returns the time, or nothing if there is none to the minute.
     *
     * @param zone where the sender's clock hangs, if it does not say so
     */
    static Optional<Instant> of(MessageHeader header, ZoneId zone) {
        Matcher matcher = TIME.matcher(header.component(7, 1));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(instant(matcher, zone));
        } catch (DateTimeException noSuchTime) {
            return Optional.empty();
        }
    }

    private static Instant instant(Matcher matcher, ZoneId zone) {
        String fraction = matcher.group("fraction") == null ? "" : matcher.group("fraction");
        LocalDateTime local = LocalDateTime.of(
                number(matcher.group("year")),
                number(matcher.group("month")),
                number(matcher.group("day")),
                number(matcher.group("hour")),
                number(matcher.group("minute")),
                matcher.group("second") == null ? 0 : number(matcher.group("second")),
                number((fraction + "000000000").substring(0, 9)));
        ZoneId written = matcher.group("offset") == null ? zone : ZoneOffset.of(matcher.group("offset"));
        return local.atZone(written).toInstant();
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }
}
