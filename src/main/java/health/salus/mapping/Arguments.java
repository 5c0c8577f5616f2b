package health.salus.mapping;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What stands in the brackets of a function call, checked as the function asks for it. */
final class Arguments {

    /**
     * One argument.
     *
     * @param text   the name or the literal, empty for anything else
     * @param source what it reads, absent if it is a bare name
     */
    record Argument(String text, @Nullable Source source) {}

    private final String function;
    private final List<Argument> arguments;
    private final Vocabulary vocabulary;
    private final GroupRule group;
    private final Function<String, MappingSyntaxException> errors;

    Arguments(
            String function,
            List<Argument> arguments,
            Vocabulary vocabulary,
            GroupRule group,
            Function<String, MappingSyntaxException> errors) {
        this.function = function;
        this.arguments = List.copyOf(arguments);
        this.vocabulary = vocabulary;
        this.group = group;
        this.errors = errors;
    }

    int count() {
        return arguments.size();
    }

    /** Checks the number of arguments. */
    Arguments count(int minimum, int maximum) {
        if (count() < minimum || count() > maximum) {
            String expected = minimum == maximum ? "" + minimum : minimum + " to " + maximum;
            throw errors.apply(function + "() takes " + expected + " arguments, not " + count());
        }
        return this;
    }

    Source source(int index) {
        Source source = arguments.get(index).source();
        if (source == null) {
            throw errors.apply("argument " + (index + 1) + " of " + function + "() must be a path or a literal");
        }
        return source;
    }

    /** Returns a source whose values have one of these data types, as far as the dictionary knows. */
    Source source(int index, Set<String> dataTypes) {
        Source source = source(index);
        if (!dataTypes.contains(source.dataType()) && !source.dataType().equals(V2Dictionary.ANY)) {
            throw errors.apply(function + "() reads "
                    + String.join(", ", dataTypes.stream().sorted().toList()) + ", not " + source.dataType());
        }
        return source;
    }

    /** Returns a name or a literal. */
    String text(int index) {
        String text = arguments.get(index).text();
        if (text.isEmpty()) {
            throw errors.apply("argument " + (index + 1) + " of " + function + "() must be a name or a literal");
        }
        return text;
    }

    Optional<String> optionalText(int index) {
        return index < count() ? Optional.of(text(index)) : Optional.empty();
    }

    CodeTable table(int index) {
        CodeTable table = vocabulary.tables().get(text(index));
        if (table == null) {
            throw errors.apply("there is no table tables/" + text(index) + ".csv");
        }
        return table;
    }

    /** Returns the group that a named resource rule is applied to. */
    GroupRule resource(int index) {
        GroupRule resource = vocabulary.resources().get(text(index));
        if (resource == null) {
            throw errors.apply("there is no resource '" + text(index) + "'");
        }
        return resource;
    }

    /** Returns the group that the rule of this call is applied to. */
    GroupRule group() {
        return group;
    }
}
