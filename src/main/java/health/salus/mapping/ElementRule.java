package health.salus.mapping;

import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Resource;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * How one element of a resource gets its values.
 *
 * @param sources what gives the values, all of it
 */
record ElementRule(FhirElement element, List<Function<Scope, List<? extends Base>>> sources) {

    private static final Set<String> KEYS = Set.of("is", "when", "each");

    ElementRule {
        sources = List.copyOf(sources);
    }

    /** Reads {@code element: expression}, a list of them, or the form with {@code is}, {@code when} and {@code each}. */
    static ElementRule read(FhirElement element, YamlNode node, GroupRule group, Vocabulary vocabulary) {
        return new ElementRule(
                element,
                node.items().stream()
                        .map(item -> source(element, item, group, vocabulary))
                        .toList());
    }

    private static Function<Scope, List<? extends Base>> source(
            FhirElement element, YamlNode node, GroupRule group, Vocabulary vocabulary) {
        if (!node.isMapping()) {
            return checked(element, node, group, vocabulary)::values;
        }
        node.entries(KEYS);
        GroupRule inner = node.optional("each").map(vocabulary::group).orElse(group);
        if (!inner.isWithin(group)) {
            throw node.error("the group '" + inner.name() + "' does not lie in '" + group.name() + "'");
        }
        Condition condition = node.optional("when")
                .map(it -> ExpressionParser.condition(vocabulary, inner, it))
                .orElse(Condition.ALWAYS);
        Expression expression = checked(element, node.required("is"), inner, vocabulary);
        return scope -> scope.within(inner).stream()
                .filter(condition)
                .<Base>flatMap(it -> expression.values(it).stream())
                .toList();
    }

    private static Expression checked(FhirElement element, YamlNode node, GroupRule group, Vocabulary vocabulary) {
        Expression expression = ExpressionParser.expression(vocabulary, group, node);
        element.check(expression, node);
        return expression;
    }

    /** Sets the element; what a single element has no room for is noted, and so is a mandatory one without a value. */
    void apply(Resource resource, Scope scope) {
        List<? extends Base> values =
                sources.stream().flatMap(source -> source.apply(scope).stream()).toList();
        String where = element.resource() + "." + element.name();
        if (values.isEmpty() && element.isMandatory()) {
            scope.findings()
                    .reject(where + " is mandatory and has no value ("
                            + scope.group().position() + ")");
        }
        if (values.size() > 1 && !element.isRepeating()) {
            scope.findings()
                    .warn(where + " takes one value; the others are left out ("
                            + scope.group().position() + ")");
            values = values.subList(0, 1);
        }
        values.forEach(value -> element.set(resource, value));
    }
}
