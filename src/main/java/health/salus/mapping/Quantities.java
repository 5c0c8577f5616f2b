package health.salus.mapping;

import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Quantity.QuantityComparator;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with their comparators and units. */
final class Quantities {

    /** More digits are no measurement, and reading a number takes the square of its length: five million take minutes. */
    static final String DIGITS = "\\d{1,100}";

    private static final String NUMBER = "[+-]?(?:" + DIGITS + "\\.?(?:" + DIGITS + ")?|\\." + DIGITS + ")";
    private static final Pattern COMPARED = Pattern.compile("(?<comparator><=|>=|<|>)?\\s*(?<number>" + NUMBER + ")");
    private static final Pattern DECIMAL = Pattern.compile(NUMBER);

    private Quantities() {}

    /** Reads a number, with a comparator before it or without; nothing if the text is anything else. */
    static Optional<Quantity> parse(String text) {
        Matcher matcher = COMPARED.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Quantity quantity = of(new BigDecimal(matcher.group("number")));
        String comparator = matcher.group("comparator");
        return Optional.of(
                comparator == null ? quantity : quantity.setComparator(QuantityComparator.fromCode(comparator)));
    }

    static Optional<BigDecimal> number(String text) {
        return Optional.of(text.strip())
                .filter(it -> DECIMAL.matcher(it).matches())
                .map(BigDecimal::new);
    }

    /** Makes a quantity that shows as many decimal places as the number has: {@code 3.90} is more precise than 3.9. */
    static Quantity of(BigDecimal number) {
        return new Quantity().setValueElement(new DecimalType(number));
    }
}
