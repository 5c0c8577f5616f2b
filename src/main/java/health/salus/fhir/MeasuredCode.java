package health.salus.fhir;

import ca.uhn.fhir.jpa.model.util.UcumServiceUtil;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What was measured of one code. Measurements are quantities with a unit of UCUM; all that can be converted count, in the
 * unit of the latest.
 */
final class MeasuredCode {

    private static final Comparator<Measured> LATEST =
            Comparator.comparing(Measured::time, Comparator.nullsFirst(Comparator.naturalOrder()));

    private final CodeableConcept code;
    private final Set<String> seen = new HashSet<>();
    private final List<Measured> measured = new ArrayList<>();

    MeasuredCode(CodeableConcept code) {
        this.code = code;
    }

    /**
     * Takes a value, once.
     *
     * @param id    names the value among all
     * @param value or null, which like anything but a plain quantity counts in the total only
     * @param time  when it was measured, or null if that is not said
     */
    void take(String id, @Nullable Type value, @Nullable Instant time) {
        if (seen.add(id)
                && value instanceof Quantity quantity
                && quantity.hasValue()
                && !quantity.hasComparator()
                && quantity.hasCode()
                && UcumServiceUtil.UCUM_CODESYSTEM_URL.equals(quantity.getSystem())) {
            measured.add(new Measured(quantity, time));
        }
    }

    CodeableConcept code() {
        return code;
    }

    /** Returns how many values there were, of any kind. */
    int total() {
        return seen.size();
    }

    /** Returns the unit of all measurements: a quantity without a value, or nothing if there is no measurement. */
    Optional<Quantity> unit() {
        return measured.stream().max(LATEST).map(it -> it.quantity().copy().setValue((BigDecimal) null));
    }

    /** Returns the measurements in that unit. */
    List<Measurement> measurements() {
        String unit = unit().map(Quantity::getCode).orElse("");
        return measured.stream()
                .flatMap(it -> ComparableUnits.convert(
                        it.quantity().getValue(), it.quantity().getCode(), unit)
                        .map(value -> new Measurement(value, it.time()))
                        .stream())
                .toList();
    }

    /**
     * A number.
     *
     * @param value in the unit of all
     * @param time  when it was measured, or null if that is not said
     */
    record Measurement(BigDecimal value, @Nullable Instant time) {}

    private record Measured(Quantity quantity, @Nullable Instant time) {}
}
