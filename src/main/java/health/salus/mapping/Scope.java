package health.salus.mapping;

import org.jspecify.annotations.Nullable;

import java.time.ZoneId;
import java.util.List;

/**
 * Where a rule is being applied: to one group of segments of one message.
 *
 * @param group the group whose turn it is
 * @param run   what the whole message shares
 * @param focus the repetition of a field whose turn it is, where a rule is applied to one after the other
 */
record Scope(SegmentGroup group, MappingRun run, @Nullable V2Value focus) {

    Scope(SegmentGroup group, MappingRun run) {
        this(group, run, null);
    }

    Scope focusedOn(V2Value repetition) {
        return new Scope(group, run, repetition);
    }

    List<Segment> segments(GroupRule holder, String name) {
        SegmentGroup enclosing = group.enclosing(holder);
        return enclosing == null ? List.of() : enclosing.segments(name);
    }

    List<Scope> within(GroupRule inner) {
        return inner == group.rule()
                ? List.of(this)
                : group.within(inner).map(it -> new Scope(it, run)).toList();
    }

    /** Returns the group of a kind that this one lies in, or those of the kind that lie in it. */
    List<Scope> withinOrAround(GroupRule other) {
        SegmentGroup around = group.enclosing(other);
        return around == null || around == group ? within(other) : List.of(new Scope(around, run));
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
