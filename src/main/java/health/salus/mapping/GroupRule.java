package health.salus.mapping;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/**
 * Which segments of a message belong together.
 *
 * @param starts   segments that open a group, in the order in which they follow each other inside one
 * @param with     further segments that belong to an open group
 * @param parent   the group that this one lies in; only the message itself has none
 * @param required whether a message without such a group is rejected
 */
record GroupRule(
        String name,
        List<String> starts,
        Set<String> with,
        @Nullable GroupRule parent,
        boolean required) {

    static final GroupRule MESSAGE = new GroupRule("message", List.of("MSH"), Set.of("SFT", "UAC", "EVN"), null, true);

    /** Stands for a group that a message does not have but a part shared with other messages speaks of. */
    static final GroupRule NOWHERE = new GroupRule("nowhere", List.of(), Set.of(), null, false);

    GroupRule {
        starts = List.copyOf(starts);
        with = Set.copyOf(with);
    }

    boolean holds(String segment) {
        return starts.contains(segment) || with.contains(segment);
    }

    boolean isWithin(GroupRule other) {
        return this == other || (parent != null && parent.isWithin(other));
    }

    /** Finds the innermost of this group and the ones around it that holds a segment. */
    @Nullable
    GroupRule holderOf(String segment) {
        if (holds(segment)) {
            return this;
        }
        return parent == null ? null : parent.holderOf(segment);
    }

    /** Finds the innermost group that both this one and another lie in. */
    GroupRule commonWith(GroupRule other) {
        return other.isWithin(this) || parent == null ? this : parent.commonWith(other);
    }
}
