package health.salus.fhir;

import ca.uhn.fhir.jpa.model.util.UcumServiceUtil;
import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The units in which a quantity may be stored that is searched in another one: of what patients are measured in, as far as
 * UCUM converts by a factor. {@code mg/dL} finds {@code g/L}; degrees, which have an offset, find themselves only.
 */
final class ComparableUnits {

    /**
     * A unit.
     *
     * @param code   in UCUM
     * @param factor by which a number in the unit that is searched is multiplied to be one in this unit
     */
    record Unit(String code, BigDecimal factor) {}

    private static final List<String> PREFIXES = List.of("", "k", "d", "c", "m", "u", "n", "p");
    private static final List<String> ATOMS = List.of("g", "L", "l", "m", "mol", "eq", "U", "[IU]", "s", "Pa");
    private static final List<String> WHOLES =
            List.of("L", "dL", "mL", "uL", "l", "dl", "ml", "ul", "kg", "g", "s", "min", "h", "d", "m2");
    private static final List<String> OTHERS = List.of("min", "h", "d", "wk", "mo", "a", "mm[Hg]");

    private ComparableUnits() {}

    /** Returns the unit itself first, and what it can be compared with; without a code one that means any unit. */
    static List<Unit> of(@Nullable String system, @Nullable String code) {
        List<Unit> units = new ArrayList<>();
        String searched = code == null ? "" : code;
        units.add(new Unit(searched, BigDecimal.ONE));
        if (UcumServiceUtil.UCUM_CODESYSTEM_URL.equals(system) && !searched.isEmpty()) {
            CanonicalUnits.ofOne(searched)
                    .ifPresent(one -> Known.BY_DIMENSION.getOrDefault(one.unit(), List.of()).stream()
                            .filter(known -> !known.code().equals(searched))
                            .forEach(known -> units.add(new Unit(known.code(), ratio(one, known.factor())))));
        }
        return units;
    }

    /** Returns the number that an amount in one unit is in another one, or nothing if there is no factor between them. */
    static Optional<BigDecimal> convert(BigDecimal value, String from, String to) {
        if (from.equals(to)) {
            return Optional.of(value);
        }
        return CanonicalUnits.ofOne(from)
                .flatMap(one -> CanonicalUnits.ofOne(to)
                        .filter(other -> other.unit().equals(one.unit()))
                        .map(other -> value.multiply(ratio(one, other.value()))));
    }

    private static BigDecimal ratio(CanonicalUnits.Amount searched, BigDecimal known) {
        return searched.value().divide(known, MathContext.DECIMAL64);
    }

    /** What is measured in medicine, made once when it is first asked for. */
    private static final class Known {

        private static final Map<String, List<Unit>> BY_DIMENSION = byDimension();

        private static Map<String, List<Unit>> byDimension() {
            List<String> codes = new ArrayList<>(OTHERS);
            for (String atom : ATOMS) {
                for (String prefix : PREFIXES) {
                    codes.add(prefix + atom);
                    WHOLES.forEach(whole -> codes.add(prefix + atom + "/" + whole));
                }
            }
            Map<String, List<Unit>> units = new HashMap<>();
            codes.forEach(code -> CanonicalUnits.ofOne(code)
                    .ifPresent(one -> units.computeIfAbsent(one.unit(), dimension -> new ArrayList<>())
                            .add(new Unit(code, one.value()))));
            return units;
        }
    }
}
