package health.salus.mapping;

import org.hl7.fhir.r4.model.Observation.ObservationReferenceRangeComponent;
import org.hl7.fhir.r4.model.Quantity;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reference ranges: the text as it was sent, and the limits where it is plain which they are. */
final class ReferenceRanges {

    private static final String NUMBER = "[+-]?(?:" + Quantities.DIGITS + ")?\\.?" + Quantities.DIGITS;
    private static final Pattern FROM_TO = Pattern.compile("(" + NUMBER + ")\\s*-\\s*(" + NUMBER + ")");
    private static final Pattern BELOW = Pattern.compile("<=?\\s*(" + NUMBER + ")");
    private static final Pattern ABOVE = Pattern.compile(">=?\\s*(" + NUMBER + ")");

    private ReferenceRanges() {}

    /** {@code range(OBX-7, OBX-6)}: the range and the units of its limits. */
    static Expression range(Arguments arguments) {
        Source range = arguments.count(2, 2).source(0);
        Source units = arguments.source(1, Set.of("CE", "CWE"));
        return Expression.each(
                ObservationReferenceRangeComponent.class,
                range,
                (value, scope) -> Optional.of(parse(value.whole().strip(), Units.of(units.first(scope), scope))));
    }

    private static ObservationReferenceRangeComponent parse(String text, Units units) {
        ObservationReferenceRangeComponent range = new ObservationReferenceRangeComponent().setText(text);
        Matcher fromTo = FROM_TO.matcher(text);
        if (fromTo.matches()) {
            return range.setLow(limit(fromTo.group(1), units)).setHigh(limit(fromTo.group(2), units));
        }
        Matcher below = BELOW.matcher(text);
        if (below.matches()) {
            return range.setHigh(limit(below.group(1), units));
        }
        Matcher above = ABOVE.matcher(text);
        return above.matches() ? range.setLow(limit(above.group(1), units)) : range;
    }

    private static Quantity limit(String number, Units units) {
        return units.added(Quantities.of(new BigDecimal(number)));
    }
}
