package health.salus.mapping;

import java.util.List;
import java.util.Optional;

/**
 * Sorts the flat list of segments into groups by the segments that open them.
 *
 * <p>Nothing is refused: a group whose outer group was not opened gets an empty one, whose missing content is then found
 * by the rules that need it.
 */
record Grouping(List<GroupRule> rules) {

    Grouping {
        rules = List.copyOf(rules);
    }

    /** Returns the group of the whole message; segments that belong nowhere are noted as not mapped. */
    SegmentGroup group(V2Message message, Findings findings) {
        SegmentGroup root = new SegmentGroup(GroupRule.MESSAGE, null);
        SegmentGroup open = root;
        for (Segment segment : message.segments()) {
            Optional<GroupRule> opened = openedBy(segment.name());
            if (opened.isPresent()) {
                open = place(segment, opened.get(), open, root);
            } else {
                attach(segment, open, findings);
            }
        }
        return root;
    }

    private Optional<GroupRule> openedBy(String segment) {
        return rules.stream().filter(rule -> rule.starts().contains(segment)).findFirst();
    }

    private static SegmentGroup place(Segment segment, GroupRule rule, SegmentGroup open, SegmentGroup root) {
        SegmentGroup current = open.enclosing(rule);
        SegmentGroup group = current != null && current.awaits(segment.name()) ? current : openNew(rule, open, root);
        group.add(segment);
        return group;
    }

    private static SegmentGroup openNew(GroupRule rule, SegmentGroup open, SegmentGroup root) {
        GroupRule parentRule = rule.parent();
        if (parentRule == null) {
            return root;
        }
        SegmentGroup parent = open.enclosing(parentRule);
        return (parent != null ? parent : openNew(parentRule, open, root)).open(rule);
    }

    private static void attach(Segment segment, SegmentGroup open, Findings findings) {
        GroupRule holder = open.rule().holderOf(segment.name());
        SegmentGroup group = holder == null ? null : open.enclosing(holder);
        if (group == null) {
            findings.warn(segment.name() + " is not mapped");
            return;
        }
        group.add(segment);
    }
}
