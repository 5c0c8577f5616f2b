package health.salus.mapping;

import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Quantity;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Numbers and amounts. */
final class Numbers {

    private static final String NUMBER = "[+]?\\d{1,9}(\\.0*)?";

    private Numbers() {}

    /** {@code integer(PID-25)}: a whole number that is not negative; nothing, with a warning, where something else was sent. */
    static Expression integer(Arguments arguments) {
        return Expression.each(IntegerType.class, arguments.count(1, 1).source(0), (value, scope) -> {
            Optional<Integer> number = parse(value);
            if (number.isEmpty()) {
                scope.findings().warn(value, "is no count");
            }
            return number.map(IntegerType::new);
        });
    }

    /** {@code quantity(RXE-3, RXE-5)}: an amount and its unit. */
    static Expression quantity(Arguments arguments) {
        Source amount = arguments.count(2, 2).source(0);
        Source unit = arguments.source(1, Set.of("CE", "CWE"));
        return Expression.each(Quantity.class, amount, (value, scope) -> {
            Optional<Quantity> quantity = Quantities.parse(value.text());
            if (quantity.isEmpty()) {
                scope.findings().warn(value, "is not a number");
            }
            return quantity.map(it -> Units.of(unit.first(scope), scope).added(it));
        });
    }

    /** {@code boolean(PID-30)}: HL7 table 0136, {@code Y} or {@code N}; nothing, with a warning, where something else was sent. */
    static Expression bool(Arguments arguments) {
        return Expression.each(BooleanType.class, arguments.count(1, 1).source(0), (value, scope) -> {
            Optional<Boolean> answer = switch (value.text().toUpperCase(Locale.ROOT)) {
                case "Y", "YES", "TRUE", "T", "1" -> Optional.of(true);
                case "N", "NO", "FALSE", "F", "0" -> Optional.of(false);
                default -> Optional.empty();
            };
            if (answer.isEmpty()) {
                scope.findings().warn(value, "is neither Y nor N");
            }
            return answer.map(BooleanType::new);
        });
    }

    /** Reads a rank; nothing for what is none. */
    static Optional<Integer> positive(V2Value value) {
        return value.isValued() ? parse(value).filter(number -> number > 0) : Optional.empty();
    }

    static Optional<Integer> parse(V2Value value) {
        return Optional.of(value.text())
                .filter(text -> text.matches(NUMBER))
                .map(text -> Integer.valueOf(text.replaceAll("\\..*|[+]", "")));
    }
}
