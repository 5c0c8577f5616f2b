package health.salus.mapping;

import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.StringType;

import java.util.List;
import java.util.Optional;

import static java.util.stream.Collectors.joining;

/** Running text, which HL7 v2 sends in many fields and FHIR keeps in one. */
final class Texts {

    private Texts() {}

    /** {@code string(PID-6.1)}: one string for each value. */
    static Expression string(Arguments arguments) {
        return Expression.each(
                StringType.class,
                arguments.count(1, 1).source(0),
                (value, scope) -> Optional.of(new StringType(value.whole().strip())));
    }

    /** {@code lines(NTE-3)}: all values as the lines of one string. */
    static Expression lines(Arguments arguments) {
        Source source = arguments.count(1, 1).source(0);
        return Expression.of(
                StringType.class,
                scope -> joined(source.values(scope)).map(StringType::new).stream()
                        .toList());
    }

    /**
     * {@code annotation(NTE-3)}: all values as the lines of one annotation, or of one for each author, time and kind of
     * comment that the segments name.
     */
    static Expression annotation(Arguments arguments) {
        Source source = arguments.count(1, 1).source(0);
        return Expression.of(Annotation.class, scope -> Notes.annotations(source.values(scope), scope));
    }

    static Optional<String> joined(List<V2Value> values) {
        return Optional.of(values.stream().map(V2Value::whole).collect(joining("\n")))
                .filter(text -> !text.isBlank());
    }
}
