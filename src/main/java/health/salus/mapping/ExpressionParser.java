package health.salus.mapping;

import health.salus.mapping.Arguments.Argument;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Compiles the small language of the mappings.
 *
 * <pre>
 * expression  = alternative { "|" alternative }            the first that gives anything
 * alternative = path | 'literal' | function "(" argument { "," argument } ")"
 * argument    = name | function call | source { "|" source }
 * source      = path | 'literal' | pick "(" … ")" | all "(" group "," path ")"
 * condition   = test { "and" test } | test { "or" test }
 * test        = argument "valued" | argument "not" "valued"
 *             | argument "in" "(" 'literal' { "," 'literal' } ")" | argument "not" "in" "(" … ")" | "no" group
 * </pre>
 */
final class ExpressionParser {

    private static final Set<String> SOURCES = Set.of("pick", "all");

    private final Vocabulary vocabulary;
    private final GroupRule group;
    private final YamlNode node;
    private final Tokens tokens;

    private ExpressionParser(Vocabulary vocabulary, GroupRule group, YamlNode node) {
        this(vocabulary, group, node, new Tokens(node));
    }

    private ExpressionParser(Vocabulary vocabulary, GroupRule group, YamlNode node, Tokens tokens) {
        this.vocabulary = vocabulary;
        this.group = group;
        this.node = node;
        this.tokens = tokens;
    }

    /** Compiles an expression of a rule that is applied to a group, or throws {@link MappingSyntaxException}. */
    static Expression expression(Vocabulary vocabulary, GroupRule group, YamlNode node) {
        ExpressionParser parser = new ExpressionParser(vocabulary, group, node);
        Expression expression = parser.alternative();
        while (parser.tokens.skip("|")) {
            expression = expression.or(parser.alternative());
        }
        parser.tokens.expectEnd();
        return expression;
    }

    /** Compiles a condition of a rule that is applied to a group, or throws {@link MappingSyntaxException}. */
    static Condition condition(Vocabulary vocabulary, GroupRule group, YamlNode node) {
        ExpressionParser parser = new ExpressionParser(vocabulary, group, node);
        Condition condition = parser.test();
        boolean both = parser.tokens.nextIs("and");
        // One condition joins with one word only, so that nobody has to know which of the two binds closer.
        while (parser.tokens.skip(both ? "and" : "or")) {
            condition = condition.combine(parser.test(), both);
        }
        parser.tokens.expectEnd();
        return condition;
    }

    /** Compiles a path of a rule that is applied to a group, or throws {@link MappingSyntaxException}. */
    static Source source(Vocabulary vocabulary, GroupRule group, YamlNode node) {
        ExpressionParser parser = new ExpressionParser(vocabulary, group, node);
        Source source = parser.source();
        parser.tokens.expectEnd();
        return source;
    }

    private Expression alternative() {
        if (tokens.nextIsCall()) {
            String name = tokens.next();
            return Functions.find(name)
                    .orElseThrow(
                            () -> tokens.error("there is no function " + name + "(); there are " + Functions.names()))
                    .create(new Arguments(name, arguments(), vocabulary, group, node));
        }
        String word = tokens.next();
        return isLiteral(word) ? Expression.literal(unquoted(word)) : Expression.text(path(word));
    }

    private List<Argument> arguments() {
        List<Argument> arguments = new ArrayList<>();
        tokens.expect("(");
        do {
            arguments.add(argument());
        } while (tokens.skip(","));
        tokens.expect(")");
        return arguments;
    }

    private Argument argument() {
        if (tokens.nextIsName() && !tokens.nextIsCall()) {
            return new Argument(tokens.next(), null, null);
        }
        if (tokens.nextIsLiteral()) {
            String text = unquoted(tokens.peek());
            return new Argument(text, source(), null);
        }
        if (tokens.nextIsCall() && !SOURCES.contains(tokens.peek())) {
            return new Argument("", null, alternative());
        }
        return new Argument("", source(), null);
    }

    private Source source() {
        Source source = simpleSource();
        while (tokens.skip("|")) {
            source = source.or(simpleSource());
        }
        return source;
    }

    private Source simpleSource() {
        String word = tokens.next();
        if (isLiteral(word)) {
            return Source.literal(unquoted(word));
        }
        return switch (word) {
            case "pick" -> pick();
            case "all" -> all();
            default -> path(word);
        };
    }

    /** {@code pick(PID-3, 'MR', 'PI')}: the identifier with the first of these type codes that there is, else the first. */
    private Source pick() {
        Arguments arguments = new Arguments("pick", arguments(), vocabulary, group, node);
        Source candidates = arguments.count(2, 9).source(0, Set.of("CX"));
        List<String> types = new ArrayList<>();
        for (int index = 1; index < arguments.count(); index++) {
            types.add(arguments.text(index));
        }
        return new Source(
                "CX",
                null,
                scope -> Identifiers.pick(candidates.values(scope), types).stream()
                        .toList());
    }

    /** {@code all(content, OBX-5)}: the values in all groups of a kind inside the one whose turn it is. */
    private Source all() {
        tokens.expect("(");
        GroupRule inner = vocabulary.group(tokens.next(), node);
        tokens.expect(",");
        Source source = new ExpressionParser(vocabulary, inner, node, tokens).source();
        tokens.expect(")");
        return Source.all(inner, source);
    }

    private Source path(String word) {
        V2Path path = V2Path.parse(word).orElseThrow(() -> tokens.error("'" + word + "' is no path and no literal"));
        String dataType =
                vocabulary.dictionary().dataType(path).orElseThrow(() -> tokens.error("HL7 v2.5.1 has no " + word));
        return Source.path(
                path,
                holder(path.segment()),
                dataType,
                vocabulary.dictionary().table(path).orElse(null));
    }

    private GroupRule holder(String segment) {
        GroupRule holder = group.holderOf(segment);
        if (holder == null && node.isShared()) {
            return GroupRule.NOWHERE;
        }
        if (holder == null) {
            throw tokens.error(segment + " belongs neither to the group '" + group.name() + "' nor to one around it");
        }
        return holder;
    }

    private Condition test() {
        if (tokens.skip("no")) {
            GroupRule absent = vocabulary.group(tokens.next(), node);
            return scope -> scope.within(absent).isEmpty();
        }
        Source source = source();
        boolean negated = tokens.skip("not");
        if (tokens.skip("valued")) {
            return scope -> source.values(scope).isEmpty() == negated;
        }
        tokens.expect("in");
        Set<String> values = literals();
        return scope ->
                source.first(scope).map(V2Value::text).filter(values::contains).isPresent() != negated;
    }

    private Set<String> literals() {
        Set<String> values = new HashSet<>();
        for (Argument argument : arguments()) {
            values.add(argument.text());
        }
        return values;
    }

    private static boolean isLiteral(String word) {
        return word.startsWith("'");
    }

    private static String unquoted(String literal) {
        return literal.substring(1, literal.length() - 1).replace("''", "'");
    }
}
