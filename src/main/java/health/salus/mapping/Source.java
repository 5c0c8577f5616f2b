package health.salus.mapping;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * An expression that reads values from a message: a path, a literal, or several of them of which the first valued counts.
 *
 * @param dataType  the HL7 v2 data type of the values, such as {@code CX}; {@link V2Dictionary#ANY} if it is not fixed
 * @param table     the four digits of the table that coded values come from, if the dictionary names one
 * @param selection the values; the empty ones are left out
 */
record Source(String dataType, @Nullable String table, Function<Scope, List<V2Value>> selection) {

    static Source path(V2Path path, GroupRule holder, String dataType, @Nullable String table) {
        return new Source(dataType, table, scope -> values(path, holder, scope));
    }

    private static List<V2Value> values(V2Path path, GroupRule holder, Scope scope) {
        V2Value focus = scope.focus();
        if (focus != null && focus.isRepetitionOf(path.segment(), path.field())) {
            V2Value part = path.in(focus);
            return part.isValued() ? List.of(part) : List.of();
        }
        List<V2Value> values = new ArrayList<>();
        // Beside the repetition whose turn it is, its own segment speaks, not the others of its name.
        List<Segment> segments = focus != null && focus.place().segment().equals(path.segment())
                ? List.of(focus.segment())
                : scope.segments(holder, path.segment());
        for (Segment segment : segments) {
            for (V2Value repetition : segment.field(path.field())) {
                V2Value part = path.in(repetition);
                if (part.isValued()) {
                    values.add(part);
                }
            }
            if (segment.deletes(path.field())) {
                scope.run().noteDeletion();
            }
        }
        return values;
    }

    /** Gives the values of a source in every group of a kind inside the one whose turn it is, or in the one around it. */
    static Source all(GroupRule inner, Source source) {
        return new Source(
                source.dataType,
                source.table,
                scope -> scope.withinOrAround(inner).stream()
                        .flatMap(it -> source.values(it).stream())
                        .toList());
    }

    static Source literal(String text) {
        List<V2Value> value = List.of(V2Value.literal(text));
        return new Source("ST", null, scope -> value);
    }

    Source or(Source next) {
        return new Source(
                dataType.equals(next.dataType) ? dataType : V2Dictionary.ANY,
                table != null && table.equals(next.table) ? table : null,
                scope -> {
                    List<V2Value> values = values(scope);
                    return values.isEmpty() ? next.values(scope) : values;
                });
    }

    List<V2Value> values(Scope scope) {
        return selection.apply(scope);
    }

    Optional<V2Value> first(Scope scope) {
        return values(scope).stream().findFirst();
    }
}
