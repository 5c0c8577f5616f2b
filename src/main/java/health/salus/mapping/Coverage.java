package health.salus.mapping;

import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Counts what of messages is read by some rule that gave a value, leaf by leaf. */
final class Coverage {

    /**
     * One field over all messages.
     *
     * @param sent   how many values were sent in it, counting each component and subcomponent
     * @param unread how many of them no rule read
     */
    record Count(int sent, int unread) {

        Count plus(Count other) {
            return new Count(sent + other.sent, unread + other.unread);
        }
    }

    private final Map<String, Count> fields = new TreeMap<>(Comparator.comparing(Coverage::sortKey));
    private final Map<String, Integer> reasons = new TreeMap<>();
    private final Map<String, Integer> unmappedCodes = new TreeMap<>();
    private int mapped;
    private int rejected;

    /** Maps one message and counts its values if it is not rejected. */
    MappingResult add(Mappings mappings, byte[] message, Feed feed) {
        Trace trace = Trace.on();
        MappingResult result = mappings.map(message, feed, trace);
        if (result instanceof Mapped done) {
            mapped++;
            done.unmappedCodes()
                    .forEach(it -> unmappedCodes.merge(it.system() + "|" + it.code(), it.count(), Integer::sum));
            Optional<V2Message> parsed = V2Message.parse(message, feed, Readings.UNHEARD);
            Set<V2Place> read = trace.read();
            parsed.stream().flatMap(it -> it.segments().stream()).forEach(segment -> count(segment, read));
        } else {
            rejected++;
            ((Rejected) result).reasons().forEach(it -> reasons.merge(withoutLine(it), 1, Integer::sum));
        }
        return result;
    }

    /** Returns the counts by field, {@code OBX-5}, in the order of segments and fields. */
    Map<String, Count> fields() {
        return Collections.unmodifiableMap(fields);
    }

    Map<String, Integer> reasons() {
        return Collections.unmodifiableMap(reasons);
    }

    Map<String, Integer> unmappedCodes() {
        return Collections.unmodifiableMap(unmappedCodes);
    }

    int mapped() {
        return mapped;
    }

    int rejected() {
        return rejected;
    }

    private void count(Segment segment, Set<V2Place> read) {
        // The separators are no values, and the number of a segment says only where it stands.
        int first = segment.name().equals("MSH") ? 3 : 1;
        for (int field = first; field <= segment.lastField(); field++) {
            String name = segment.name() + "-" + field;
            for (V2Value value : segment.field(field)) {
                leaves(
                        value,
                        leaf -> fields.merge(
                                name, new Count(1, read.stream().anyMatch(it -> it.holds(leaf)) ? 0 : 1), Count::plus));
            }
        }
    }

    private static void leaves(V2Value value, Consumer<V2Place> visitor) {
        if (!value.isValued()) {
            return;
        }
        if (value.place().isSubcomponent()) {
            visitor.accept(value.place());
            return;
        }
        for (int part = 1; part <= value.parts(); part++) {
            leaves(value.part(part), visitor);
        }
    }

    private static String withoutLine(String reason) {
        return reason.replaceAll(" in line \\d+", "");
    }

    private static String sortKey(String field) {
        int dash = field.indexOf('-');
        return field.substring(0, dash) + "%04d".formatted(Integer.parseInt(field.substring(dash + 1)));
    }
}
