package health.salus.fhir;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamQuantityNormalized;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Money;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Range;

import java.math.BigDecimal;
import java.util.stream.Stream;

/** What searches with units find a quantity by: its amount in base units of UCUM. The rows are those that HAPI makes. */
final class CanonicalQuantities {

    private static final String CURRENCY = "urn:iso:std:iso:4217";

    private CanonicalQuantities() {}

    /** Makes the rows of what lies at the path of a search parameter: one of a quantity or sum of money, two of a range. */
    static Stream<ResourceIndexedSearchParamQuantityNormalized> of(
            IBase value, String type, RuntimeSearchParam parameter, PartitionSettings partitions) {
        return amounts(value)
                .map(it -> new ResourceIndexedSearchParamQuantityNormalized(
                        partitions, type, parameter.getName(), it.value().doubleValue(), it.system(), it.unit()));
    }

    private static Stream<Indexed> amounts(IBase value) {
        if (value instanceof Range range) {
            return Stream.of(range.getLow(), range.getHigh()).flatMap(CanonicalQuantities::amounts);
        }
        if (value instanceof Money money && money.hasValue()) {
            return Stream.of(new Indexed(money.getValue(), CURRENCY, money.getCurrency()));
        }
        return value instanceof Quantity quantity && quantity.hasValue()
                ? CanonicalUnits.of(quantity.getSystem(), quantity.getValue(), quantity.getCode())
                        .map(it -> new Indexed(it.value(), quantity.getSystem(), it.unit()))
                        .stream()
                : Stream.empty();
    }

    private record Indexed(BigDecimal value, String system, String unit) {}
}
