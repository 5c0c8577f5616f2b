package health.salus.mapping;

import java.time.ZoneId;
import java.util.List;

/**
 * Where a rule is being applied: to one group of segments of one message.
 *
 * @param group the group whose turn it is
 * @param run   what the whole message shares
 */
record Scope(SegmentGroup group, MappingRun run) {

    List<Segment> segments(GroupRule holder, String name) {
        SegmentGroup enclosing = group.enclosing(holder);
        return enclosing == null ? List.of() : enclosing.segments(name);
    }

    List<Scope> within(GroupRule inner) {
        return group.within(inner).map(it -> new Scope(it, run)).toList();
    }

    Findings findings() {
        return run.findings();
    }

    Namespaces namespaces() {
        return run.namespaces();
    }

    ZoneId zone() {
        return run.feed().zone();
    }
}
