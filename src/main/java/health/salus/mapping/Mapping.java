package health.salus.mapping;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rules for some types of messages, one file in {@code messages/}.
 *
 * @param types         the message types as {@code MSH-9.1^MSH-9.2}
 * @param patientMerge  how the message says that two patients are one
 * @param authorities   the systems of assigning authorities
 * @param codingSystems HL7 table 0396
 * @param units         translations of units into UCUM
 * @param conceptMaps   translations of local codes by feed
 */
record Mapping(
        Set<String> types,
        Grouping grouping,
        List<Requirement> requirements,
        List<ResourceRule> resources,
        Optional<PatientMergeRule> patientMerge,
        CodeTable authorities,
        CodeTable codingSystems,
        CodeTable units,
        Map<String, CodeTable> conceptMaps) {

    private static final Set<String> KEYS = Set.of("message", "structure", "require", "resources", "merge-patients");
    private static final Set<String> STRUCTURE_KEYS = Set.of("groups", "require");
    private static final int LONGEST_CONTROL_ID = 80;
    private static final String EVERY_FEED = "default";

    Mapping {
        types = Set.copyOf(types);
        requirements = List.copyOf(requirements);
        resources = List.copyOf(resources);
    }

    /** Reads a message file, or throws {@link MappingSyntaxException}. */
    static Mapping read(YamlNode file, Library library, V2Dictionary dictionary) {
        file.entries(KEYS);
        YamlNode structure = library.structure(file.required("structure"));
        structure.entries(STRUCTURE_KEYS);
        Map<String, GroupRule> groups = GroupRules.read(structure.required("groups"), dictionary);
        Map<String, YamlNode> resources = file.required("resources").entries();
        Map<String, GroupRule> resourceGroups = new LinkedHashMap<>();
        Vocabulary vocabulary = new Vocabulary(dictionary, library, groups, resourceGroups);
        resources.forEach((name, node) -> resourceGroups.put(name, vocabulary.group(node.required("per"))));
        return new Mapping(
                Set.copyOf(file.required("message").texts()),
                new Grouping(groups.values().stream()
                        .filter(it -> it != GroupRule.MESSAGE)
                        .toList()),
                requirements(vocabulary, structure, file),
                resources.entrySet().stream()
                        .map(it -> ResourceRules.read(it.getKey(), it.getValue(), vocabulary))
                        .toList(),
                file.optional("merge-patients").map(it -> PatientMergeRule.read(it, vocabulary)),
                library.authorities(),
                library.codingSystems(file),
                library.units(),
                library.conceptMaps());
    }

    private static List<Requirement> requirements(Vocabulary vocabulary, YamlNode... files) {
        List<Requirement> requirements = new ArrayList<>();
        for (YamlNode file : files) {
            file.optional("require").stream()
                    .flatMap(it -> it.items().stream())
                    .map(it -> Requirement.read(it, vocabulary))
                    .forEach(requirements::add);
        }
        return requirements;
    }

    /** Maps a message of one of the types. */
    MappingResult map(V2Message message, Feed feed, Trace trace) {
        Findings findings = new Findings();
        if (message.unreadable() > 0) {
            findings.warn(message.unreadable() + " characters of the message do not belong to its character set");
        }
        SegmentGroup root = grouping.group(message, findings);
        Namespaces namespaces = new Namespaces(sender(message, feed), authorities, codingSystems, units);
        MappingRun run = new MappingRun(
                feed.in(zone(message, feed)), namespaces, findings, source(message, feed), conceptMap(feed), trace);
        checkGroups(root, findings);
        requirements.forEach(requirement -> requirement.check(root, run));
        // What follows from an unfulfilled requirement would only hide it among its consequences.
        if (findings.rejections().isEmpty()) {
            resources.forEach(rule -> rule.collect(root, run));
        }
        List<PatientMerge> patientMerges =
                patientMerge.map(it -> it.apply(root, run)).orElse(List.of());
        MappingRun.Result result = run.finish();
        return findings.rejections().isEmpty()
                ? new Mapped(
                        result.transaction(),
                        result.merges(),
                        patientMerges,
                        findings.unmappedCodes(),
                        findings.warnings())
                : new Rejected(findings.rejections());
    }

    private void checkGroups(SegmentGroup root, Findings findings) {
        grouping.rules().stream()
                .filter(GroupRule::required)
                .filter(rule -> root.within(rule).findAny().isEmpty())
                .forEach(rule -> findings.reject("The message has no " + String.join(" or ", rule.starts())));
    }

    private Optional<CodeTable> conceptMap(Feed feed) {
        return Optional.ofNullable(conceptMaps.getOrDefault(feed.name(), conceptMaps.get(EVERY_FEED)));
    }

    private static ZoneId zone(V2Message message, Feed feed) {
        return message.header().field(7).stream()
                .findFirst()
                .flatMap(it -> V2Time.parse(it.text()))
                .map(it -> it.zoneBesideIt(feed.zone()))
                .orElse(feed.zone());
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
