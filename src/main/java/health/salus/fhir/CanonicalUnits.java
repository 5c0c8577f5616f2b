package health.salus.fhir;

import ca.uhn.fhir.jpa.model.util.UcumServiceUtil;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.fhir.ucum.Pair;
import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What UCUM makes of an amount: the same in base units, {@code 5 mg} as {@code 0.005 g}. The factor of a unit is remembered, since
 * it takes the library most of a millisecond to find, and an observation has the same few units each time.
 */
final class CanonicalUnits {

    /**
     * An amount.
     *
     * @param value in the unit
     * @param unit  in base units of UCUM
     */
    record Amount(BigDecimal value, String unit) {}

    private static final int MOST_REMEMBERED = 1_000;
    private static final Cache<String, Optional<Amount>> ONES =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();

    private CanonicalUnits() {}

    /** Returns an amount in base units, or nothing if its unit is not one of UCUM. */
    static Optional<Amount> of(@Nullable String system, BigDecimal value, @Nullable String code) {
        if (code == null || !UcumServiceUtil.UCUM_CODESYSTEM_URL.equals(system)) {
            return Optional.empty();
        }
        return hasOffset(code)
                ? convert(value, code)
                : ofOne(code).map(one -> new Amount(value.multiply(one.value()), one.unit()));
    }

    /** Returns what one of a unit is, or nothing if it is not of UCUM or does not begin at zero, as degrees do not. */
    static Optional<Amount> ofOne(String code) {
        return hasOffset(code) ? Optional.empty() : ONES.get(code, unit -> convert(BigDecimal.ONE, unit));
    }

    private static Optional<Amount> convert(BigDecimal value, String code) {
        Pair canonical = UcumServiceUtil.getCanonicalForm(UcumServiceUtil.UCUM_CODESYSTEM_URL, value, code);
        return Optional.ofNullable(canonical)
                .map(it -> new Amount(new BigDecimal(it.getValue().asDecimal()), it.getCode()));
    }

    private static boolean hasOffset(String code) {
        return code.contains(UcumServiceUtil.CELSIUS_CODE) || code.contains(UcumServiceUtil.FAHRENHEIT_CODE);
    }
}
