package health.salus.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.BooleanValue;
import graphql.language.EnumValue;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.NonNullType;
import graphql.language.NullValue;
import graphql.language.OperationDefinition;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of arguments: simple ones and lists of them, as texts.
 *
 * @param variables what the variables stand for
 */
record QueryValues(Map<String, List<String>> variables) {

    private static final int MOST_VALUES = 100;

    /** Takes what the variables of an operation are given, or else have by default. */
    static QueryValues of(OperationDefinition operation, JsonNode given) {
        Map<String, List<String>> variables = new LinkedHashMap<>();
        QueryValues none = new QueryValues(Map.of());
        for (VariableDefinition definition : operation.getVariableDefinitions()) {
            String name = definition.getName();
            JsonNode value = given.path(name);
            List<String> values = value.isMissingNode()
                    ? (definition.getDefaultValue() == null ? List.of() : none.texts(definition.getDefaultValue()))
                    : texts(name, value);
            if (values.isEmpty() && definition.getType() instanceof NonNullType) {
                throw new QueryRefusedException("The variable '$" + name + "' needs a value");
            }
            variables.put(name, values);
        }
        return new QueryValues(Map.copyOf(variables));
    }

    /** Returns the values of arguments by their names; without those that have none. */
    Map<String, List<String>> of(List<Argument> arguments) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (Argument argument : arguments) {
            List<String> texts = texts(argument.getValue());
            if (values.put(argument.getName(), texts) != null) {
                throw new QueryRefusedException("The argument '" + argument.getName() + "' is there twice");
            }
        }
        values.values().removeIf(List::isEmpty);
        return values;
    }

    private List<String> texts(Value<?> value) {
        if (value instanceof VariableReference variable) {
            List<String> known = variables.get(variable.getName());
            if (known == null) {
                throw new QueryRefusedException("The variable '$" + variable.getName() + "' is not declared");
            }
            return known;
        }
        if (value instanceof ArrayValue list) {
            if (list.getValues().size() > MOST_VALUES) {
                throw new QueryRefusedException("A list has at most " + MOST_VALUES + " values");
            }
            List<String> all = new ArrayList<>();
            for (Value<?> item : list.getValues()) {
                if (item instanceof ArrayValue) {
                    throw new QueryRefusedException("A list has no lists in it");
                }
                all.addAll(texts(item));
            }
            return all;
        }
        String text = text(value);
        return text == null ? List.of() : List.of(text);
    }

    private static @Nullable String text(Value<?> value) {
        if (value instanceof StringValue text) {
            return text.getValue();
        } else if (value instanceof EnumValue name) {
            return name.getName();
        } else if (value instanceof IntValue number) {
            return number.getValue().toString();
        } else if (value instanceof FloatValue number) {
            // Not with all its digits, which an exponent can make many.
            return number.getValue().toString();
        } else if (value instanceof BooleanValue flag) {
            return String.valueOf(flag.isValue());
        } else if (value instanceof NullValue) {
            return null;
        }
        throw new QueryRefusedException("An argument takes a simple value or a list of them");
    }

    private static List<String> texts(String name, JsonNode value) {
        if (value.isNull()) {
            return List.of();
        }
        if (value.isValueNode()) {
            return List.of(value.asText());
        }
        List<String> all = new ArrayList<>();
        value.elements().forEachRemaining(it -> all.add(it.asText()));
        boolean plain = value.isArray() && all.size() <= MOST_VALUES;
        if (!plain || hasContainer(value)) {
            throw new QueryRefusedException("The variable '$" + name + "' takes a simple value or a list of them");
        }
        return all;
    }

    private static boolean hasContainer(JsonNode list) {
        for (JsonNode item : list) {
            if (!item.isValueNode()) {
                return true;
            }
        }
        return false;
    }
}
