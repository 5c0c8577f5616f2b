package health.salus.mapping;

import java.util.Set;

/**
 * Something that every group of a kind must fulfil, or the message is rejected.
 *
 * @param otherwise what the person who is to mend it reads
 */
record Requirement(GroupRule group, Condition that, String otherwise) {

    /** Reads one entry of {@code require}, or throws {@link MappingSyntaxException}. */
    static Requirement read(YamlNode node, Vocabulary vocabulary) {
        node.entries(Set.of("in", "that", "otherwise"));
        GroupRule group = vocabulary.group(node.required("in"));
        return new Requirement(
                group,
                ExpressionParser.condition(vocabulary, group, node.required("that")),
                node.required("otherwise").text());
    }

    void check(SegmentGroup message, MappingRun run) {
        message.within(group)
                .filter(it -> !that.test(new Scope(it, run)))
                .forEach(it -> run.findings().reject(otherwise + " (" + it.position() + ")"));
    }
}
