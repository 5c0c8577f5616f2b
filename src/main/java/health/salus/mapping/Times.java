package health.salus.mapping;

import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Timing;

import java.util.Calendar;
import java.util.List;
import java.util.Optional;

/** Dates and times, never more precise than they were sent. */
final class Times {

    private Times() {}

    /** {@code date(PID-7)}: the date, without the time that may follow it. */
    static Expression date(Arguments arguments) {
        return Expression.each(
                DateType.class,
                arguments.count(1, 1).source(0),
                (value, scope) -> read(value, scope).map(time -> new DateType(time.date())));
    }

    /** {@code dateTime(OBX-14 | OBR-7)}: a date, or a time with a zone. */
    static Expression dateTime(Arguments arguments) {
        return Expression.each(DateTimeType.class, arguments.count(1, 1).source(0), Times::toDateTime);
    }

    /** {@code instant(OBR-22)}: as dateTime, but nothing where only a date was sent. */
    static Expression instant(Arguments arguments) {
        return Expression.each(InstantType.class, arguments.count(1, 1).source(0), Times::toInstant);
    }

    /** {@code period(OBR-7, OBR-8)} or {@code period(SPM-17)}: a period that has both a start and an end. */
    static Expression period(Arguments arguments) {
        Source start = arguments.count(1, 2).source(0);
        if (arguments.count() == 1) {
            return Expression.each(
                    Period.class, start, (value, scope) -> toPeriod(value.part(1), value.part(2), scope));
        }
        Source end = arguments.source(1);
        return Expression.of(
                Period.class,
                scope ->
                        start
                                .first(scope)
                                .flatMap(from -> end.first(scope).flatMap(to -> toPeriod(from, to, scope)))
                                .stream()
                                .toList());
    }

    /** {@code ending(SCH-11.4, SCH-9)}: the instant that lies a number of minutes after another. */
    static Expression ending(Arguments arguments) {
        Source start = arguments.count(2, 2).source(0);
        Source minutes = arguments.source(1);
        return Expression.of(InstantType.class, scope -> {
            Optional<InstantType> from = start.first(scope).flatMap(it -> toInstant(it, scope));
            Optional<Integer> length = minutes.first(scope).flatMap(Numbers::parse);
            if (from.isEmpty() || length.isEmpty()) {
                return List.of();
            }
            InstantType end = from.get().copy();
            end.add(Calendar.MINUTE, length.get());
            return List.of(end);
        });
    }

    /** {@code timing(TQ1-3.1)}: how often, as a code of the sender or in words. */
    static Expression timing(Arguments arguments) {
        return Expression.each(
                Timing.class,
                arguments.count(1, 1).source(0),
                (value, scope) -> Optional.of(new Timing()
                        .setCode(new CodeableConcept().setText(value.whole().strip()))));
    }

    static Optional<DateTimeType> toDateTime(V2Value value, Scope scope) {
        return read(value, scope).map(time -> new DateTimeType(time.dateTime(scope.zone())));
    }

    private static Optional<InstantType> toInstant(V2Value value, Scope scope) {
        Optional<V2Time> time = read(value, scope);
        if (time.isPresent() && !time.get().hasTime()) {
            scope.findings().warn(value, "has no time of day and is left out");
        }
        return time.filter(V2Time::hasTime).map(it -> new InstantType(it.dateTime(scope.zone())));
    }

    private static Optional<Period> toPeriod(V2Value start, V2Value end, Scope scope) {
        if (!start.isValued() || !end.isValued() || start.text().equals(end.text())) {
            return Optional.empty();
        }
        return toDateTime(start, scope)
                .flatMap(from -> toDateTime(end, scope)
                        .map(to -> new Period().setStartElement(from).setEndElement(to)));
    }

    /** Reads DR. */
    static Optional<Period> toPeriod(V2Value range, Scope scope) {
        Period period = new Period();
        Optional.of(range.part(1))
                .filter(V2Value::isValued)
                .flatMap(it -> toDateTime(it, scope))
                .ifPresent(period::setStartElement);
        Optional.of(range.part(2))
                .filter(V2Value::isValued)
                .flatMap(it -> toDateTime(it, scope))
                .ifPresent(period::setEndElement);
        boolean complete = period.hasStart() == range.part(1).isValued()
                && period.hasEnd() == range.part(2).isValued();
        return complete && !period.isEmpty() ? Optional.of(period) : Optional.empty();
    }

    private static Optional<V2Time> read(V2Value value, Scope scope) {
        Optional<V2Time> time = V2Time.parse(value.text());
        if (time.isEmpty()) {
            scope.findings().warn(value, "is not a date or time");
        } else if (!time.get().isCertain(scope.zone())) {
            scope.findings().warn(value, "falls into a change of the clocks and was sent without a zone");
        }
        return time;
    }

    /** Reads a period of which either end may be missing; nothing if both are. */
    static Optional<Period> openPeriod(V2Value start, V2Value end, Scope scope) {
        Period period = new Period();
        if (start.isValued()) {
            toDateTime(start, scope).ifPresent(period::setStartElement);
        }
        if (end.isValued()) {
            toDateTime(end, scope).ifPresent(period::setEndElement);
        }
        return period.isEmpty() ? Optional.empty() : Optional.of(period);
    }
}
