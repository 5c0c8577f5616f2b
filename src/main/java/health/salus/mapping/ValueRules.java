package health.salus.mapping;

import org.hl7.fhir.r4.model.Base;

import java.util.List;
import java.util.Set;

/**
 * Reads what stands to the right of an element: an expression, {@code delete}, or a block with {@code is} or {@code set},
 * {@code when}, {@code each} and {@code repeat}.
 */
final class ValueRules {

    private static final Set<String> KEYS = Set.of("is", "set", "when", "each", "repeat");
    private static final String DELETE = "delete";

    private ValueRules() {}

    /** Reads one rule for an element, or throws {@link MappingSyntaxException}. */
    static ValueRule read(FhirElement element, YamlNode node, GroupRule group, Vocabulary vocabulary) {
        return node.isMapping() ? block(element, node, group, vocabulary) : simple(element, node, group, vocabulary);
    }

    private static ValueRule simple(FhirElement element, YamlNode node, GroupRule group, Vocabulary vocabulary) {
        if (node.text().equals(DELETE)) {
            return ValueRule.DELETE;
        }
        Expression expression = ExpressionParser.expression(vocabulary, group, node);
        element.check(expression, node);
        return expression::values;
    }

    private static ValueRule block(FhirElement element, YamlNode node, GroupRule group, Vocabulary vocabulary) {
        node.entries(KEYS);
        GroupRule inner = node.optional("each").map(vocabulary::group).orElse(group);
        if (inner != GroupRule.NOWHERE && !inner.isWithin(group)) {
            throw node.error("the group '" + inner.name() + "' does not lie in '" + group.name() + "'");
        }
        Condition condition = node.optional("when")
                .map(it -> ExpressionParser.condition(vocabulary, inner, it))
                .orElse(Condition.ALWAYS);
        ValueRule content = content(element, node, inner, vocabulary);
        ValueRule conditional = scope -> condition.test(scope) ? content.values(scope) : List.of();
        ValueRule repeated = node.optional("repeat")
                .map(it -> ExpressionParser.source(vocabulary, inner, it))
                .map(field -> repeat(field, conditional))
                .orElse(conditional);
        return scope -> scope.within(inner).stream()
                .<Base>flatMap(it -> repeated.values(it).stream())
                .toList();
    }

    private static ValueRule content(FhirElement element, YamlNode node, GroupRule group, Vocabulary vocabulary) {
        return node.optional("set")
                .<ValueRule>map(it -> BackboneRule.read(element, it, group, vocabulary))
                .orElseGet(() -> simple(element, node.required("is"), group, vocabulary));
    }

    /** Applies a rule to each repetition of a field as if the others were not there. */
    private static ValueRule repeat(Source field, ValueRule rule) {
        return scope -> field.values(scope).stream()
                .<Base>flatMap(repetition -> rule.values(scope.focusedOn(repetition)).stream())
                .toList();
    }
}
