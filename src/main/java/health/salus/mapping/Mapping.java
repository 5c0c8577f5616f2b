package health.salus.mapping;

import org.hl7.fhir.r4.model.Bundle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rules for some types of messages, one file in {@code hl7-mappings/}.
 *
 * @param types the message types as {@code MSH-9.1^MSH-9.2}
 */
record Mapping(
        Set<String> types,
        Grouping grouping,
        List<Requirement> requirements,
        List<ResourceRule> resources,
        CodeTable codingSystems) {

    private static final Set<String> KEYS = Set.of("message", "groups", "require", "resources");
    private static final String CODING_SYSTEMS = "HL70396";
    private static final int LONGEST_CONTROL_ID = 80;

    Mapping {
        types = Set.copyOf(types);
        requirements = List.copyOf(requirements);
        resources = List.copyOf(resources);
    }

    /** Reads a mapping file, or throws {@link MappingSyntaxException}. */
    static Mapping read(YamlNode file, Map<String, CodeTable> tables, V2Dictionary dictionary) {
        file.entries(KEYS);
        CodeTable codingSystems = tables.get(CODING_SYSTEMS);
        if (codingSystems == null) {
            throw file.error("tables/" + CODING_SYSTEMS + ".csv, the names of coding systems, is missing");
        }
        Map<String, GroupRule> groups = GroupRules.read(file.required("groups"), dictionary);
        Map<String, YamlNode> resources = file.required("resources").entries();
        Map<String, GroupRule> resourceGroups = new LinkedHashMap<>();
        Vocabulary vocabulary = new Vocabulary(dictionary, tables, groups, resourceGroups);
        resources.forEach((name, node) -> resourceGroups.put(name, vocabulary.group(node.required("per"))));
        return new Mapping(
                Set.copyOf(file.required("message").texts()),
                new Grouping(groups.values().stream()
                        .filter(it -> it != GroupRule.MESSAGE)
                        .toList()),
                file.optional("require").stream()
                        .flatMap(it -> it.items().stream())
                        .map(it -> Requirement.read(it, vocabulary))
                        .toList(),
                resources.entrySet().stream()
                        .map(it -> ResourceRule.read(it.getKey(), it.getValue(), vocabulary))
                        .toList(),
                codingSystems);
    }

    /** Maps a message of one of the types. */
    MappingResult map(V2Message message, Feed feed) {
        Findings findings = new Findings();
        SegmentGroup root = grouping.group(message, findings);
        MappingRun run = new MappingRun(
                feed, new Namespaces(sender(message, feed), codingSystems), findings, source(message, feed));
        checkGroups(root, findings);
        requirements.forEach(requirement -> requirement.check(root, run));
        // What follows from an unfulfilled requirement would only hide it among its consequences.
        if (findings.rejections().isEmpty()) {
            resources.forEach(rule -> rule.collect(root, run));
        }
        Bundle transaction = run.transaction();
        return findings.rejections().isEmpty()
                ? new Mapped(transaction, findings.warnings())
                : new Rejected(findings.rejections());
    }

    private void checkGroups(SegmentGroup root, Findings findings) {
        grouping.rules().stream()
                .filter(GroupRule::required)
                .filter(rule -> root.within(rule).findAny().isEmpty())
                .forEach(rule -> findings.reject("The message has no " + String.join(" or ", rule.starts())));
    }

    private static String sender(V2Message message, Feed feed) {
        return Stream.of(4, 3)
                .flatMap(field -> message.header().field(field).stream())
                .map(V2Value::text)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse(feed.name());
    }

    /** {@code urn:hl7v2:<feed>:<control id>}, so that every resource can be traced to its message and found by it. */
    private static String source(V2Message message, Feed feed) {
        // The store takes what follows a # as the number of a request of its own, so the control id must not be a
        // fragment.
        return message.header().field(10).stream()
                .map(V2Value::text)
                .map(id -> id.length() <= LONGEST_CONTROL_ID ? id : id.substring(0, LONGEST_CONTROL_ID))
                .map(id -> "urn:hl7v2:" + feed.name() + ":" + Namespaces.encode(id))
                .findFirst()
                .orElse("urn:hl7v2:" + feed.name());
    }
}
