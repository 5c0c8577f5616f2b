package health.salus.mapping;

import java.util.Map;

/**
 * The names that the rules of one mapping may use.
 *
 * @param dictionary which paths exist
 * @param tables     code tables by name
 * @param groups     groups of segments by name
 * @param resources  the group that each resource rule is applied to, by the rule's name
 */
record Vocabulary(
        V2Dictionary dictionary,
        Map<String, CodeTable> tables,
        Map<String, GroupRule> groups,
        Map<String, GroupRule> resources) {

    GroupRule group(YamlNode name) {
        GroupRule group = groups.get(name.text());
        if (group == null) {
            throw name.error("there is no group '" + name.text() + "'");
        }
        return group;
    }
}
