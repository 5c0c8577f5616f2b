package health.salus.mapping;

import health.salus.mapping.ResourceRule.Merging;
import health.salus.mapping.ResourceRule.Patch;
import org.hl7.fhir.r4.model.Identifier;
import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the {@code resources} of a message, each of them alone or laid over a shared one from {@code segments/}. */
final class ResourceRules {

    private static final Set<String> SHARED_KEYS =
            Set.of("type", "when", "key", "write", "same-key", "join", "patch", "set");
    private static final Set<String> KEYS = union(SHARED_KEYS, Set.of("use", "per", "keep"));
    private static final Map<String, WriteMethod> WRITE = Map.of(
            "create-if-none", WriteMethod.CREATE_IF_NONE, "update", WriteMethod.UPDATE, "merge", WriteMethod.MERGE);
    private static final Map<String, Boolean> SAME_KEY = Map.of("one-resource", true, "numbered", false);

    private final YamlNode node;
    private final Map<String, YamlNode> entries;
    private final Vocabulary vocabulary;
    private final GroupRule group;

    private ResourceRules(YamlNode node, Vocabulary vocabulary) {
        this.node = node;
        this.vocabulary = vocabulary;
        this.entries = new LinkedHashMap<>();
        Map<String, YamlNode> own = node.entries(KEYS);
        if (own.containsKey("use")) {
            entries.putAll(vocabulary.library().shared(own.get("use")).entries(SHARED_KEYS));
        }
        entries.putAll(own);
        this.group = vocabulary.group(required("per"));
    }

    /** Reads one entry of {@code resources}, or throws {@link MappingSyntaxException}. */
    static ResourceRule read(String name, YamlNode node, Vocabulary vocabulary) {
        return new ResourceRules(node, vocabulary).rule(name);
    }

    private ResourceRule rule(String name) {
        String type = required("type").text();
        if (!FhirElement.isResource(type)) {
            throw required("type").error("FHIR R4 has no resource '" + type + "'");
        }
        WriteMethod write = oneOf(WRITE, required("write"));
        YamlNode sameKey = entries.get("same-key");
        YamlNode condition = entries.get("when");
        return new ResourceRule(
                name,
                required("key").place(),
                type,
                group,
                condition == null ? Condition.ALWAYS : ExpressionParser.condition(vocabulary, group, condition),
                key(),
                write,
                sameKey == null ? write != WriteMethod.UPDATE : oneOf(SAME_KEY, sameKey),
                merging(type),
                patches(type),
                elements(type));
    }

    private Expression key() {
        YamlNode key = required("key");
        Expression expression = ExpressionParser.expression(vocabulary, group, key);
        if (!expression.types().equals(Set.of(Identifier.class))) {
            throw key.error("a key is made by identifier() or key()");
        }
        return expression;
    }

    private List<ElementRule> elements(String type) {
        Map<String, YamlNode> set = new LinkedHashMap<>(required("set").entries());
        if (entries.containsKey("use")) {
            Map<String, YamlNode> shared = vocabulary
                    .library()
                    .shared(entries.get("use"))
                    .required("set")
                    .entries();
            Map<String, YamlNode> own =
                    node.optional("set").map(YamlNode::entries).orElse(Map.of());
            set = new LinkedHashMap<>(shared);
            set.putAll(own);
        }
        for (String mandatory : FhirElement.mandatory(type)) {
            if (!set.containsKey(mandatory)) {
                throw required("set").error(type + "." + mandatory + " is mandatory and not set");
            }
        }
        return set.entrySet().stream()
                .map(entry -> ElementRule.read(
                        FhirElement.find(entry.getValue(), type, entry.getKey()), entry.getValue(), group, vocabulary))
                .toList();
    }

    private Merging merging(String type) {
        return new Merging(names(entries.get("keep"), type), names(entries.get("join"), type));
    }

    private List<Patch> patches(String type) {
        YamlNode patches = entries.get("patch");
        return patches == null
                ? List.of()
                : patches.items().stream().map(it -> patch(it, type)).toList();
    }

    private Patch patch(YamlNode patch, String type) {
        patch.entries(Set.of("when", "only"));
        Condition when = ExpressionParser.condition(vocabulary, group, patch.required("when"));
        return new Patch(when, names(patch.required("only"), type));
    }

    private static Set<String> names(@Nullable YamlNode list, String type) {
        if (list == null) {
            return Set.of();
        }
        list.items().forEach(it -> FhirElement.find(it, type, it.text()));
        return Set.copyOf(list.texts());
    }

    private YamlNode required(String key) {
        YamlNode entry = entries.get(key);
        if (entry == null) {
            throw node.error("'" + key + "' is missing");
        }
        return entry;
    }

    private static <T> T oneOf(Map<String, T> choices, YamlNode node) {
        T choice = choices.get(node.text());
        if (choice == null) {
            throw node.error("'" + node.text() + "' is none of "
                    + String.join(", ", choices.keySet().stream().sorted().toList()));
        }
        return choice;
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        Set<String> all = new HashSet<>(some);
        all.addAll(others);
        return Set.copyOf(all);
    }
}
