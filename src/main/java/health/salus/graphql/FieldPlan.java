package health.salus.graphql;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A field of a query, understood.
 *
 * @param key       its name in the answer
 * @param name      of the element or field
 * @param kind      what has to be done for it
 * @param type      the resource type that is read or searched; for others empty
 * @param onlyIn    the only resource type in which it is answered, or null for any
 * @param arguments its values by their names
 * @param shaping   what form its answer has
 * @param test      on the items of a list, one of the arguments
 * @param fields    what is wanted of it, empty for a plain value
 */
record FieldPlan(
        String key,
        String name,
        Kind kind,
        String type,
        @Nullable String onlyIn,
        Map<String, List<String>> arguments,
        Shaping shaping,
        Optional<ElementTest> test,
        List<FieldPlan> fields) {

    /** What has to be done for a field. */
    enum Kind {
        /** The name of the type. */
        TYPE_NAME,
        READ,
        LIST,
        CONNECTION,
        /** A part of what is there already. */
        PART,
        /** What a reference leads to. */
        TARGET
    }

    FieldPlan {
        arguments = Map.copyOf(arguments);
        fields = List.copyOf(fields);
    }

    /** Makes one of two fields with the same name in the answer; refuses two that are different. */
    FieldPlan with(FieldPlan other) {
        boolean isSame = name.equals(other.name)
                && kind == other.kind
                && type.equals(other.type)
                && arguments.equals(other.arguments)
                && shaping.equals(other.shaping);
        if (!isSame) {
            throw new QueryRefusedException(
                    "Two different fields have the name '" + key + "' in the answer; give one an alias");
        }
        List<FieldPlan> all =
                Stream.concat(fields.stream(), other.fields.stream()).toList();
        return new FieldPlan(key, name, kind, type, onlyIn, arguments, shaping, test, merged(all, true));
    }

    /**
     * Makes one of all that have the same name in the answer.
     *
     * @param apart whether what is asked of different types of resources is kept apart
     */
    static List<FieldPlan> merged(List<FieldPlan> fields, boolean apart) {
        Map<String, FieldPlan> merged = new LinkedHashMap<>();
        fields.forEach(
                field -> merged.merge(apart ? field.key + " " + field.onlyIn : field.key, field, FieldPlan::with));
        return List.copyOf(merged.values());
    }
}
