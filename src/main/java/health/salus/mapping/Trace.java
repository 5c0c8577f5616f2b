package health.salus.mapping;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Follows a mapping: which rule set which element, and what of the message it read for it. */
final class Trace implements Readings {

    /**
     * One rule that gave a value.
     *
     * @param resource the full URL of the resource
     * @param element  {@code Patient.contact.name}
     * @param rule     {@code segments/PID.yaml:12}
     * @param read     what it read, in the order in which it did; empty if the value stands in the rule itself
     */
    record Step(String resource, String element, String rule, List<V2Place> read) {}

    private final boolean on;
    private final Deque<Set<V2Place>> open = new ArrayDeque<>();
    private final Set<V2Place> everything = new LinkedHashSet<>();
    private final List<Step> steps = new ArrayList<>();
    private String resource = "";

    private Trace(boolean on) {
        this.on = on;
    }

    static Trace off() {
        return new Trace(false);
    }

    static Trace on() {
        return new Trace(true);
    }

    /** Where the segments of the message are to tell what is read of them. */
    Readings readings() {
        return on ? this : UNHEARD;
    }

    void enter(String fullUrl) {
        resource = fullUrl;
    }

    /** Says which resource the last step was for, where that was not known when it was taken. */
    void attribute(String fullUrl) {
        if (on) {
            Step last = steps.remove(steps.size() - 1);
            steps.add(new Step(fullUrl, last.element(), last.rule(), last.read()));
        }
    }

    void begin() {
        if (on) {
            open.push(new LinkedHashSet<>());
        }
    }

    void end(String element, String rule, boolean given) {
        if (on) {
            Set<V2Place> read = open.pop();
            if (given) {
                steps.add(new Step(resource, element, rule, List.copyOf(read)));
                everything.addAll(read);
            }
        }
    }

    @Override
    public void read(V2Place place) {
        if (place.isInMessage()) {
            open.forEach(rule -> rule.add(place));
        }
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }

    /** Returns every place that some value was made of. */
    Set<V2Place> read() {
        return Set.copyOf(everything);
    }
}
