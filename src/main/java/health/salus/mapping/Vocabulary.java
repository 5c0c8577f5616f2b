package health.salus.mapping;

import java.util.Map;

/**
 * The names that the rules of one mapping may use.
 *
 * @param dictionary which paths exist
 * @param library    code tables, and the names that other messages have
 * @param groups     groups of segments by name
 * @param resources  the group that each resource rule is applied to, by the rule's name
 */
record Vocabulary(
        V2Dictionary dictionary, Library library, Map<String, GroupRule> groups, Map<String, GroupRule> resources) {

    /** Finds a group, or throws {@link MappingSyntaxException}. */
    GroupRule group(YamlNode name) {
        return group(name.text(), name);
    }

    /** Finds the group of a name that stands in some text, or throws {@link MappingSyntaxException}. */
    GroupRule group(String name, YamlNode place) {
        return find(name, groups, place.isShared() && library.names().groups().contains(name), place, "group");
    }

    /** Finds the group that a resource rule is applied to, or throws {@link MappingSyntaxException}. */
    GroupRule resource(String name, YamlNode place) {
        return find(
                name, resources, place.isShared() && library.names().resources().contains(name), place, "resource");
    }

    private static GroupRule find(
            String name, Map<String, GroupRule> known, boolean elsewhere, YamlNode place, String kind) {
        GroupRule group = known.get(name);
        if (group == null && elsewhere) {
            return GroupRule.NOWHERE;
        }
        if (group == null) {
            throw place.error("there is no " + kind + " '" + name + "'");
        }
        return group;
    }
}
