package health.salus.mapping;

import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Ratio;
import org.hl7.fhir.r4.model.Type;

import java.util.Optional;

/**
 * SN: {@code ^<^5}, {@code ^10^-^20}, {@code ^1^:^128}.
 *
 * @see <a href="http://www.hl7.eu/HL7v2x/v251/std251/ch02A.html">HL7 v2.5.1, 2.A.71 SN</a>
 */
final class StructuredNumerics {

    private StructuredNumerics() {}

    /** Reads a quantity, a range or a ratio; nothing for combinations that FHIR has no type for. */
    static Optional<Type> parse(V2Value value, Units units) {
        String comparator = value.part(1).text();
        String separator = value.part(3).text();
        Optional<Quantity> first = quantity(value.part(2));
        Optional<Quantity> second = quantity(value.part(4));
        if (first.isEmpty()) {
            return Optional.empty();
        }
        if (separator.isEmpty() && !value.part(4).isValued()) {
            return Quantities.parse((comparator.equals("=") ? "" : comparator)
                            + value.part(2).text())
                    .map(it -> units.added(it));
        }
        if (second.isEmpty() || !(comparator.isEmpty() || comparator.equals("="))) {
            return Optional.empty();
        }
        return switch (separator) {
            case "-" -> Optional.of(new Range().setLow(units.added(first.get())).setHigh(units.added(second.get())));
            case ":", "/" ->
                Optional.of(new Ratio().setNumerator(units.added(first.get())).setDenominator(second.get()));
            default -> Optional.empty();
        };
    }

    /** Reads NR, {@code 3^7}, of which one limit may be missing. */
    static Optional<Range> range(V2Value value, Units units) {
        Range range = new Range();
        quantity(value.part(1)).map(units::added).ifPresent(range::setLow);
        quantity(value.part(2)).map(units::added).ifPresent(range::setHigh);
        boolean complete = range.hasLow() == value.part(1).isValued()
                && range.hasHigh() == value.part(2).isValued();
        return complete && !range.isEmpty() ? Optional.of(range) : Optional.empty();
    }

    /** Returns the text of a structured numeric that is kept as text, {@code 1+}. */
    static String text(V2Value value) {
        StringBuilder text = new StringBuilder();
        for (int part = 1; part <= 4; part++) {
            text.append(value.part(part).text());
        }
        return text.toString();
    }

    private static Optional<Quantity> quantity(V2Value value) {
        return Quantities.number(value.text()).map(Quantities::of);
    }
}
