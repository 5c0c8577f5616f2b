package health.salus.mapping;

import org.hl7.fhir.r4.model.Base;

import java.util.List;
import java.util.Map;

/** How an element that has elements of its own is made, such as {@code Patient.contact}. */
record BackboneRule(FhirElement element, List<ElementRule> rules) implements ValueRule {

    BackboneRule {
        rules = List.copyOf(rules);
    }

    /** Reads the {@code set} of an element, or throws {@link MappingSyntaxException}. */
    static BackboneRule read(FhirElement element, YamlNode node, GroupRule group, Vocabulary vocabulary) {
        Map<String, YamlNode> entries = node.entries();
        for (String mandatory : element.mandatory()) {
            if (!entries.containsKey(mandatory)) {
                throw node.error(element.path() + "." + mandatory + " is mandatory and not set");
            }
        }
        return new BackboneRule(
                element,
                entries.entrySet().stream()
                        .map(entry -> ElementRule.read(
                                element.inner(entry.getValue(), entry.getKey()), entry.getValue(), group, vocabulary))
                        .toList());
    }

    /** Returns the one value, or none if nothing was sent for it or something that it must have was not. */
    @Override
    public List<? extends Base> values(Scope scope) {
        Base value = element.newValue();
        boolean complete = true;
        for (ElementRule rule : rules) {
            boolean given = rule.apply(value, scope).isPresent();
            complete &= given || !rule.element().isMandatory();
        }
        if (!complete && !value.isEmpty()) {
            scope.findings()
                    .warn(element.path() + " is left out, because something that it must have was not sent ("
                            + scope.group().position() + ")");
        }
        return complete && !value.isEmpty() ? List.of(value) : List.of();
    }
}
