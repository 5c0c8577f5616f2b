package health.salus.mapping;

import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ResourceFactory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a group of segments becomes a resource.
 *
 * @param group    the resource is made once for each such group
 * @param when     whether it is made at all
 * @param key      its identity, an identifier that is added to the resource
 * @param shared   whether two groups with the same key give one resource, or two with numbered keys
 * @param elements the rules for its elements
 */
record ResourceRule(
        String name,
        String type,
        GroupRule group,
        Condition when,
        Expression key,
        WriteMethod write,
        boolean shared,
        List<ElementRule> elements) {

    private static final Set<String> KEYS = Set.of("type", "per", "when", "key", "write", "same-key", "set");
    private static final Map<String, WriteMethod> WRITE =
            Map.of("create-if-none", WriteMethod.CREATE_IF_NONE, "update", WriteMethod.UPDATE);
    private static final Map<String, Boolean> SAME_KEY = Map.of("one-resource", true, "numbered", false);

    ResourceRule {
        elements = List.copyOf(elements);
    }

    /** Reads one entry of {@code resources}, or throws {@link MappingSyntaxException}. */
    static ResourceRule read(String name, YamlNode node, Vocabulary vocabulary) {
        node.entries(KEYS);
        String type = node.required("type").text();
        if (!FhirElement.isResource(type)) {
            throw node.required("type").error("FHIR R4 has no resource '" + type + "'");
        }
        GroupRule group = vocabulary.group(node.required("per"));
        Condition when = node.optional("when")
                .map(it -> ExpressionParser.condition(vocabulary, group, it))
                .orElse(Condition.ALWAYS);
        WriteMethod write = oneOf(WRITE, node.required("write"));
        return new ResourceRule(
                name,
                type,
                group,
                when,
                key(node.required("key"), group, vocabulary),
                write,
                node.optional("same-key").map(it -> oneOf(SAME_KEY, it)).orElse(write == WriteMethod.CREATE_IF_NONE),
                elements(type, node.required("set"), group, vocabulary));
    }

    private static Expression key(YamlNode node, GroupRule group, Vocabulary vocabulary) {
        Expression key = ExpressionParser.expression(vocabulary, group, node);
        if (!key.types().equals(Set.of(Identifier.class))) {
            throw node.error("a key is made by identifier() or key()");
        }
        return key;
    }

    private static List<ElementRule> elements(String type, YamlNode node, GroupRule group, Vocabulary vocabulary) {
        Map<String, YamlNode> entries = node.entries();
        for (String mandatory : FhirElement.mandatory(type)) {
            if (!entries.containsKey(mandatory)) {
                throw node.error(type + "." + mandatory + " is mandatory and not set");
            }
        }
        return entries.entrySet().stream()
                .map(entry -> ElementRule.read(
                        FhirElement.find(entry.getValue(), type, entry.getKey()), entry.getValue(), group, vocabulary))
                .toList();
    }

    private static <T> T oneOf(Map<String, T> choices, YamlNode node) {
        T choice = choices.get(node.text());
        if (choice == null) {
            throw node.error("'" + node.text() + "' is none of "
                    + String.join(", ", choices.keySet().stream().sorted().toList()));
        }
        return choice;
    }

    /** Finds which resources the message gives, so that others can refer to them before they are filled. */
    void collect(SegmentGroup message, MappingRun run) {
        message.within(group)
                .map(it -> new Scope(it, run))
                .filter(when)
                .forEach(scope -> keyFor(scope)
                        .ifPresentOrElse(
                                identifier -> run.add(this, identifier, scope),
                                () -> run.findings()
                                        .reject(type + " has no identity ("
                                                + scope.group().position() + ")")));
    }

    Resource newResource() {
        return ResourceFactory.createResource(type);
    }

    /** Sets the elements of a resource that this rule gives. */
    void fill(Entry entry) {
        elements.forEach(element -> element.apply(entry.resource(), entry.scope()));
        Property identifiers = entry.resource().getNamedProperty("identifier");
        boolean present = identifiers.getValues().stream().anyMatch(it -> isSame((Identifier) it, entry.key()));
        if (!present) {
            entry.resource().setProperty("identifier", entry.key().copy());
        }
    }

    private Optional<Identifier> keyFor(Scope scope) {
        List<? extends Base> keys = key.values(scope);
        return keys.isEmpty() ? Optional.empty() : Optional.of((Identifier) keys.get(0));
    }

    private static boolean isSame(Identifier some, Identifier other) {
        return other.getSystem().equals(some.getSystem()) && other.getValue().equals(some.getValue());
    }
}
