package health.salus.mapping;

import health.salus.mapping.FieldMerge.Treatment;
import org.hl7.fhir.r4.model.Base;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How one element of a resource gets its values.
 *
 * @param place   where the rule stands, {@code segments/PID.yaml:12}
 * @param sources what gives the values, all of it
 */
record ElementRule(FhirElement element, String place, List<ValueRule> sources) {

    ElementRule {
        sources = List.copyOf(sources);
    }

    /** Reads {@code element: expression}, a list of them, or blocks, or throws {@link MappingSyntaxException}. */
    static ElementRule read(FhirElement element, YamlNode node, GroupRule group, Vocabulary vocabulary) {
        return new ElementRule(
                element,
                node.place(),
                node.items().stream()
                        .map(item -> ValueRules.read(element, item, group, vocabulary))
                        .toList());
    }

    /**
     * Sets the element.
     *
     * @return what is to become of the element that the store has, or nothing if the message does not mention it
     */
    Optional<Treatment> apply(Base owner, Scope scope) {
        MappingRun run = scope.run();
        List<Base> values = new ArrayList<>();
        int mentioned = 0;
        run.trace().begin();
        for (ValueRule source : sources) {
            int deletions = run.deletions();
            List<? extends Base> given = source.values(scope);
            values.addAll(given);
            mentioned += given.isEmpty() && run.deletions() == deletions ? 0 : 1;
        }
        set(owner, values, scope);
        run.trace().end(element.path(), place, !values.isEmpty());
        return treatment(values.isEmpty(), mentioned);
    }

    private Optional<Treatment> treatment(boolean empty, int mentioned) {
        if (mentioned == 0) {
            return Optional.empty();
        }
        if (mentioned == sources.size()) {
            return Optional.of(empty ? Treatment.CLEAR : Treatment.REPLACE);
        }
        // What the other fields said earlier must not go because this message leaves them out.
        return empty ? Optional.empty() : Optional.of(Treatment.RENEW);
    }

    /** What a single element has no room for is noted, and so is a mandatory one of a resource without a value. */
    private void set(Base owner, List<Base> values, Scope scope) {
        if (values.isEmpty() && element.isMandatory() && owner.isResource()) {
            scope.findings()
                    .reject(element.path() + " is mandatory and has no value ("
                            + scope.group().position() + ")");
        }
        if (values.size() > 1 && !element.isRepeating()) {
            scope.findings()
                    .warn(element.path() + " takes one value; the others are left out ("
                            + scope.group().position() + ")");
            values.subList(1, values.size()).clear();
        }
        values.forEach(value -> element.set(owner, value));
    }
}
