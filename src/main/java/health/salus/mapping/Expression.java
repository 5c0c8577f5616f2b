package health.salus.mapping;

import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.StringType;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The right-hand side of a rule, compiled: it gives the FHIR values for an element, none, one or several.
 *
 * @param types      the FHIR types that the values may have
 * @param codes      the codes it may give, where they are known before any message is
 * @param evaluation makes the values
 */
record Expression(
        Set<Class<? extends Base>> types, Set<String> codes, Function<Scope, List<? extends Base>> evaluation) {

    /** An expression that makes at most one FHIR value out of each value of a source. */
    static <T extends Base> Expression each(
            Class<T> type, Source source, BiFunction<V2Value, Scope, Optional<T>> conversion) {
        return of(
                type,
                scope -> source.values(scope).stream()
                        .flatMap(value -> conversion.apply(value, scope).stream())
                        .toList());
    }

    static Expression of(Class<? extends Base> type, Function<Scope, List<? extends Base>> evaluation) {
        return new Expression(Set.of(type), Set.of(), evaluation);
    }

    static Expression text(Source source) {
        return each(StringType.class, source, (value, scope) -> Optional.of(new StringType(value.text())));
    }

    static Expression literal(String text) {
        List<StringType> value = List.of(new StringType(text));
        return new Expression(Set.of(StringType.class, CodeType.class), Set.of(text), scope -> value);
    }

    /** An expression that gives what this one gives or, if that is nothing, what the next one does. */
    Expression or(Expression next) {
        return new Expression(union(types, next.types), union(codes, next.codes), scope -> {
            List<? extends Base> values = values(scope);
            return values.isEmpty() ? next.values(scope) : values;
        });
    }

    List<? extends Base> values(Scope scope) {
        return evaluation.apply(scope);
    }

    private static <T> Set<T> union(Set<T> some, Set<T> others) {
        return Stream.concat(some.stream(), others.stream()).collect(Collectors.toUnmodifiableSet());
    }
}
