package health.salus.mapping;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the {@code groups} of a mapping. */
final class GroupRules {

    private static final Set<String> KEYS = Set.of("starts", "with", "in", "required");

    private GroupRules() {}

    /** Returns the groups by name, with the whole message as the first, or throws {@link MappingSyntaxException}. */
    static Map<String, GroupRule> read(YamlNode node, V2Dictionary dictionary) {
        Map<String, GroupRule> groups = new LinkedHashMap<>();
        groups.put(GroupRule.MESSAGE.name(), GroupRule.MESSAGE);
        Set<String> starts = new HashSet<>();
        node.entries().forEach((name, entry) -> {
            GroupRule group = read(name, entry, groups, dictionary);
            group.starts().stream().filter(it -> !starts.add(it)).forEach(it -> {
                throw entry.error(it + " starts two groups");
            });
            if (groups.put(name, group) != null) {
                throw entry.error("the group 'message' is always there");
            }
        });
        return groups;
    }

    private static GroupRule read(String name, YamlNode node, Map<String, GroupRule> groups, V2Dictionary dictionary) {
        node.entries(KEYS);
        GroupRule parent = node.optional("in").map(it -> outer(it, groups)).orElse(GroupRule.MESSAGE);
        boolean required = node.optional("required").map(it -> bool(it)).orElse(false);
        return new GroupRule(
                name,
                segments(node.required("starts"), dictionary),
                Set.copyOf(node.optional("with")
                        .map(it -> segments(it, dictionary))
                        .orElse(List.of())),
                parent,
                required);
    }

    private static GroupRule outer(YamlNode name, Map<String, GroupRule> groups) {
        GroupRule outer = groups.get(name.text());
        if (outer == null) {
            throw name.error("there is no group '" + name.text() + "' above this one");
        }
        return outer;
    }

    private static List<String> segments(YamlNode node, V2Dictionary dictionary) {
        return node.items().stream()
                .map(item -> {
                    if (!dictionary.knowsSegment(item.text())) {
                        throw item.error("HL7 v2.5.1 has no segment '" + item.text() + "'");
                    }
                    return item.text();
                })
                .toList();
    }

    private static boolean bool(YamlNode node) {
        return switch (node.text()) {
            case "true", "yes" -> true;
            case "false", "no" -> false;
            default -> throw node.error("expected yes or no");
        };
    }
}
