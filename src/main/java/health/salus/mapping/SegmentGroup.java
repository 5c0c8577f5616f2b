package health.salus.mapping;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A group of segments found in a message, such as one order with its results. */
final class SegmentGroup {

    private final GroupRule rule;
    private final @Nullable SegmentGroup parent;
    // By rule, because every one of thousands of results asks its order for the few specimens beside them.
    private final Map<GroupRule, List<SegmentGroup>> children = new IdentityHashMap<>();
    private final List<Segment> segments = new ArrayList<>();
    // Every rule asks for the segments of its name, so they are not looked for each time.
    private final Map<String, List<Segment>> byName = new HashMap<>();

    SegmentGroup(GroupRule rule, @Nullable SegmentGroup parent) {
        this.rule = rule;
        this.parent = parent;
    }

    SegmentGroup open(GroupRule child) {
        SegmentGroup opened = new SegmentGroup(child, this);
        children.computeIfAbsent(child, kind -> new ArrayList<>()).add(opened);
        return opened;
    }

    void add(Segment segment) {
        segments.add(segment);
        byName.computeIfAbsent(segment.name(), name -> new ArrayList<>()).add(segment);
    }

    /** Tells whether a starting segment still belongs to this group: an OBR after its ORC does, a second ORC does not. */
    boolean awaits(String segment) {
        int place = rule.starts().indexOf(segment);
        return segments.stream().allMatch(it -> rule.starts().indexOf(it.name()) < place);
    }

    /** Returns this group or the one around it that was made by a rule, or nothing if it does not lie in such a group. */
    @Nullable
    SegmentGroup enclosing(GroupRule wanted) {
        if (rule == wanted) {
            return this;
        }
        return parent == null ? null : parent.enclosing(wanted);
    }

    /** Returns this group and those inside it that were made by a rule, in the order of the message. */
    Stream<SegmentGroup> within(GroupRule wanted) {
        if (rule == wanted) {
            return Stream.of(this);
        }
        return path(wanted).flatMap(child -> child.within(wanted));
    }

    private Stream<SegmentGroup> path(GroupRule wanted) {
        GroupRule step = wanted;
        while (step != null && step.parent() != rule) {
            step = step.parent();
        }
        return step == null ? Stream.empty() : children.getOrDefault(step, List.of()).stream();
    }

    List<Segment> segments(String name) {
        return byName.getOrDefault(name, List.of());
    }

    /** Returns the values of a field in the segments of this name here or in the innermost group around that has any. */
    List<V2Value> nearest(String segment, int field) {
        for (SegmentGroup group = this; group != null; group = group.parent) {
            List<Segment> found = group.segments(segment);
            if (!found.isEmpty()) {
                return found.get(0).field(field);
            }
        }
        return List.of();
    }

    GroupRule rule() {
        return rule;
    }

    /** Says where in the message this group begins: {@code OBX in line 7}. */
    String position() {
        return segments.isEmpty()
                ? "no " + rule.starts().get(0)
                : segments.get(0).toString();
    }
}
