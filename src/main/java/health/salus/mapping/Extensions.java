package health.salus.mapping;

import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Type;

/** Extensions, for what FHIR R4 has no element for. */
final class Extensions {

    private Extensions() {}

    /** {@code extension('http://…', concept(PID-17))}: one for each value. */
    static Expression extension(Arguments arguments) {
        String url = arguments.count(2, 2).text(0);
        Expression values = arguments.call(1);
        return Expression.of(
                Extension.class,
                scope -> values.values(scope).stream()
                        .filter(Type.class::isInstance)
                        .map(value -> new Extension(url, (Type) value))
                        .toList());
    }
}
