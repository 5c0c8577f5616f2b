package health.salus.mapping;

import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Ratio;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.TimeType;
import org.hl7.fhir.r4.model.Type;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The value of a result, whose type is named in another field. What cannot be read as that type stays as text, so that no
 * value is lost.
 */
final class ObservationValues {

    // What has no type of its own in FHIR is text; the texts among the types are so without a word.
    private static final Set<String> TYPED =
            Set.of("NM", "SN", "CE", "CWE", "CNE", "CF", "ID", "IS", "DT", "DTM", "TS", "TM", "DR", "NR");
    private static final Set<String> TEXTS = Set.of(
            "ST", "TX", "FT", "GTS", "TN", "XTN", "XAD", "AD", "XPN", "PN", "XCN", "CN", "XON", "CX", "CK", "EI", "HD",
            "CP", "MO", "NA", "MA", "VR", "CD", "RP", "ED", "SI", "PL", "");
    private static final Set<Class<? extends Base>> TYPES = Set.of(
            Quantity.class,
            Range.class,
            Ratio.class,
            CodeableConcept.class,
            DateTimeType.class,
            TimeType.class,
            Period.class,
            StringType.class);

    private final Source type;
    private final Source values;
    private final Source units;

    private ObservationValues(Arguments arguments) {
        this.type = arguments.source(0, Set.of("ID"));
        this.values = arguments.source(1);
        this.units = arguments.source(2, Set.of("CE", "CWE"));
    }

    /** {@code value(OBX-2, OBX-5, OBX-6)}: the value of a result that has one, its lines if it is text. */
    static Expression value(Arguments arguments) {
        ObservationValues result = new ObservationValues(arguments.count(3, 3));
        return new Expression(TYPES, Set.of(), scope -> {
            List<V2Value> values = result.values.values(scope);
            if (result.isText(scope)) {
                return result.lines(values, scope);
            }
            return values.size() == 1 ? List.of(result.convert(values.get(0), scope)) : List.of();
        });
    }

    /** {@code components(OBX-2, OBX-5, OBX-6, OBX-3)}: a component for each value of a result that has several. */
    static Expression components(Arguments arguments) {
        ObservationValues result = new ObservationValues(arguments.count(4, 4));
        Source code = arguments.source(3, Set.of("CE", "CWE"));
        return Expression.of(ObservationComponentComponent.class, scope -> {
            List<V2Value> values = result.values.values(scope);
            if (values.size() < 2 || result.isText(scope)) {
                return List.of();
            }
            return values.stream()
                    .map(value -> component(code, scope).setValue(result.convert(value, scope)))
                    .toList();
        });
    }

    private static ObservationComponentComponent component(Source code, Scope scope) {
        ObservationComponentComponent component = new ObservationComponentComponent();
        code.first(scope).flatMap(it -> Concepts.fromTriples(it, scope)).ifPresent(component::setCode);
        return component;
    }

    private List<StringType> lines(List<V2Value> values, Scope scope) {
        if (!TEXTS.contains(typeOf(scope))) {
            values.forEach(value -> scope.findings().warn(value, "is of an unknown type and is kept as text"));
        }
        return Texts.joined(values).map(StringType::new).stream().toList();
    }

    private boolean isText(Scope scope) {
        return !TYPED.contains(typeOf(scope));
    }

    private String typeOf(Scope scope) {
        return type.first(scope).map(V2Value::text).orElse("");
    }

    private Type convert(V2Value value, Scope scope) {
        String dataType = typeOf(scope);
        Units unit = Units.of(units.first(scope), scope);
        return switch (dataType) {
            case "NM" ->
                Quantities.parse(value.text())
                        .<Type>map(unit::added)
                        .orElseGet(() -> asText(value, scope, "is not a number"));
            case "SN" -> StructuredNumerics.parse(value, unit).orElseGet(() -> structuredText(value, scope));
            case "NR" -> orText(StructuredNumerics.range(value, unit), value, scope);
            case "DR" -> orText(Times.toPeriod(value, scope), value, scope);
            case "CE", "CWE", "CNE", "CF" -> orText(Concepts.fromTriples(value, scope), value, scope);
            case "ID", "IS" -> orText(Concepts.fromBare(value, scope), value, scope);
            case "TM" -> orText(V2Time.parseTime(value.text()).map(TimeType::new), value, scope);
            default -> orText(Times.toDateTime(value, scope), value, scope);
        };
    }

    private static Type orText(Optional<? extends Type> converted, V2Value value, Scope scope) {
        return converted.isPresent() ? converted.get() : asText(value, scope, "is not of its type and is kept as text");
    }

    private static Type asText(V2Value value, Scope scope, String why) {
        scope.findings().warn(value, why);
        return new StringType(value.whole());
    }

    private static Type structuredText(V2Value value, Scope scope) {
        scope.findings().warn(value, "is a structured numeric that FHIR has no type for; it is kept as text");
        return new StringType(StructuredNumerics.text(value));
    }
}
