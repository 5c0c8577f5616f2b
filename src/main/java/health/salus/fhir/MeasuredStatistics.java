package health.salus.fhir;

import ca.uhn.fhir.jpa.model.util.UcumServiceUtil;
import health.salus.fhir.MeasuredCode.Measurement;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.codesystems.DataAbsentReason;
import org.hl7.fhir.r4.model.codesystems.ObservationStatistics;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Writes what measurements amount to as an Observation, a component for each statistic. */
final class MeasuredStatistics {

    private static final MathContext DIGITS = new MathContext(10);
    private static final double MILLIS_OF_HOUR = Duration.ofHours(1).toMillis();
    private static final Quantity NUMBER = new Quantity()
            .setUnit("1")
            .setSystem(UcumServiceUtil.UCUM_CODESYSTEM_URL)
            .setCode("1");

    private final Observation answer;
    private final Quantity unit;

    private MeasuredStatistics(Observation answer, Quantity unit) {
        this.answer = answer;
        this.unit = unit;
    }

    /** Works out what is asked of one code. What is not defined for so few measurements is said to be not a number. */
    static Observation of(StatisticsQuery query, MeasuredCode measured) {
        Observation answer = new Observation()
                .setStatus(ObservationStatus.FINAL)
                .setCode(measured.code())
                .setSubject(new Reference(query.subject()))
                .setEffective(query.period() == null ? null : query.period().copy());
        MeasuredStatistics writing =
                new MeasuredStatistics(answer, measured.unit().orElse(NUMBER));
        query.statistics().forEach(it -> writing.add(it, measured));
        return answer;
    }

    private void add(ObservationStatistics statistic, MeasuredCode measured) {
        List<Measurement> measurements = measured.measurements();
        Distribution numbers =
                Distribution.of(measurements.stream().map(Measurement::value).toList());
        switch (statistic) {
            case AVERAGE -> add(statistic, numbers.mean(), unit);
            case MAXIMUM -> add(statistic, numbers.quantile(1), unit);
            case MINIMUM -> add(statistic, numbers.quantile(0), unit);
            case COUNT -> add(statistic, measurements.size(), NUMBER);
            case TOTALCOUNT -> add(statistic, measured.total(), NUMBER);
            case MEDIAN -> add(statistic, numbers.quantile(0.5), unit);
            case STDDEV -> add(statistic, Math.sqrt(numbers.variance()), unit);
            case SUM -> add(statistic, numbers.sum(), unit);
            case VARIANCE ->
                add(statistic, numbers.variance(), in("(" + unit.getCode() + ").(" + unit.getCode() + ")"));
            case _20PERCENT, _51 -> add(statistic, numbers.quantile(0.2), unit);
            case _52 -> add(statistic, numbers.quantile(0.4), unit);
            case _53 -> add(statistic, numbers.quantile(0.6), unit);
            case _80PERCENT, _54 -> add(statistic, numbers.quantile(0.8), unit);
            case _4LOWER -> add(statistic, numbers.quantile(0.25), unit);
            case _4UPPER -> add(statistic, numbers.quantile(0.75), unit);
            case _4DEV -> add(statistic, (numbers.quantile(0.75) - numbers.quantile(0.25)) / 2, unit);
            case SKEW -> add(statistic, numbers.moment(3), NUMBER);
            case KURTOSIS -> add(statistic, numbers.moment(4), NUMBER);
            case REGRESSION -> addTrend(measurements);
            case NULL -> throw new IllegalArgumentException("No statistic");
        }
    }

    // Two numbers of one code; the text says which is which.
    private void addTrend(List<Measurement> measurements) {
        Instant first = measurements.stream()
                .map(Measurement::time)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
        Trend trend = Trend.through(measurements.stream()
                .filter(it -> it.time() != null)
                .map(it -> new Trend.Point(
                        Duration.between(first, it.time()).toMillis() / MILLIS_OF_HOUR,
                        it.value().doubleValue()))
                .toList());
        add(ObservationStatistics.REGRESSION, trend.gradient(), in("(" + unit.getCode() + ")/h"))
                .setText("gradient");
        add(ObservationStatistics.REGRESSION, trend.intercept(), unit).setText("intercept at the first measurement");
    }

    private static Quantity in(String code) {
        return new Quantity()
                .setUnit(code)
                .setSystem(UcumServiceUtil.UCUM_CODESYSTEM_URL)
                .setCode(code);
    }

    private CodeableConcept add(ObservationStatistics statistic, double value, Quantity in) {
        CodeableConcept code =
                new CodeableConcept(new Coding(statistic.getSystem(), statistic.toCode(), statistic.getDisplay()));
        Observation.ObservationComponentComponent component =
                answer.addComponent().setCode(code);
        if (Double.isFinite(value)) {
            component.setValue(in.copy().setValue(rounded(value)));
        } else {
            DataAbsentReason reason = DataAbsentReason.NOTANUMBER;
            component.setDataAbsentReason(
                    new CodeableConcept(new Coding(reason.getSystem(), reason.toCode(), reason.getDisplay())));
        }
        return code;
    }

    private static BigDecimal rounded(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
    }
}
