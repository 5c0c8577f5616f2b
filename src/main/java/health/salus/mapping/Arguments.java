package health.salus.mapping;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What stands in the brackets of a function call, checked as the function asks for it. */
final class Arguments {

    /**
     * One argument.
     *
     * @param text   the name or the literal, empty for anything else
     * @param source what it reads, absent if it is a bare name or a call
     * @param call   the function call that stands there, absent if none does
     */
    record Argument(
            String text, @Nullable Source source, @Nullable Expression call) {}

    private final String function;
    private final List<Argument> arguments;
    private final Vocabulary vocabulary;
    private final GroupRule group;
    private final YamlNode node;

    Arguments(String function, List<Argument> arguments, Vocabulary vocabulary, GroupRule group, YamlNode node) {
        this.function = function;
        this.arguments = List.copyOf(arguments);
        this.vocabulary = vocabulary;
        this.group = group;
        this.node = node;
    }

    int count() {
        return arguments.size();
    }

    /** Checks the number of arguments. */
    Arguments count(int minimum, int maximum) {
        if (count() < minimum || count() > maximum) {
            String expected = minimum == maximum ? "" + minimum : minimum + " to " + maximum;
            throw error(function + "() takes " + expected + " arguments, not " + count());
        }
        return this;
    }

    Source source(int index) {
        Source source = arguments.get(index).source();
        if (source == null) {
            throw error("argument " + (index + 1) + " of " + function + "() must be a path or a literal");
        }
        return source;
    }

    /** Returns a source whose values have one of these data types, as far as the dictionary knows. */
    Source source(int index, Set<String> dataTypes) {
        Source source = source(index);
        if (!dataTypes.contains(source.dataType()) && !source.dataType().equals(V2Dictionary.ANY)) {
            throw error(function + "() reads "
                    + String.join(", ", dataTypes.stream().sorted().toList()) + ", not " + source.dataType());
        }
        return source;
    }

    /** Returns a name or a literal. */
    String text(int index) {
        String text = arguments.get(index).text();
        if (text.isEmpty()) {
            throw error("argument " + (index + 1) + " of " + function + "() must be a name or a literal");
        }
        return text;
    }

    Optional<String> optionalText(int index) {
        return index < count() ? Optional.of(text(index)) : Optional.empty();
    }

    /** Tells whether an argument that may be left out is there; it can be nothing but this name. */
    boolean flag(int index, String name) {
        if (index >= count()) {
            return false;
        }
        if (!text(index).equals(name)) {
            throw error("argument " + (index + 1) + " of " + function + "() can only be " + name);
        }
        return true;
    }

    CodeTable table(int index) {
        CodeTable table = vocabulary.library().tables().get(text(index));
        if (table == null) {
            throw error("there is no table tables/" + text(index) + ".csv");
        }
        return table;
    }

    /** Returns the group that a named resource rule is applied to. */
    GroupRule resource(int index) {
        return vocabulary.resource(text(index), node);
    }

    /** Returns what a function call among the arguments computes. */
    Expression call(int index) {
        Expression call = arguments.get(index).call();
        if (call == null) {
            throw error("argument " + (index + 1) + " of " + function + "() must be a function call");
        }
        return call;
    }

    boolean isCall(int index) {
        return arguments.get(index).call() != null;
    }

    /** Returns a group of segments. */
    GroupRule namedGroup(int index) {
        return vocabulary.group(text(index), node);
    }

    private MappingSyntaxException error(String problem) {
        return node.error(problem + " in: " + node.text());
    }

    /** Returns the group that the rule of this call is applied to. */
    GroupRule group() {
        return group;
    }
}
