package health.salus.fhir;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Observations of the same. Two are of the same if they have a code in common, or if both are of the same as a third one; a text
 * counts where there is no code.
 *
 * @param groups each with its observations, the newest first; the group with the newest one first
 */
record ObservationGroups(List<List<ObservationFacts>> groups) {

    private static final Comparator<ObservationFacts> NEWEST_FIRST = Comparator.comparing(
                    ObservationFacts::time, Comparator.nullsLast(Comparator.reverseOrder()))
            .thenComparing(ObservationFacts::row, Comparator.reverseOrder());

    /** Groups observations. */
    static ObservationGroups of(List<ObservationFacts> observations) {
        Map<String, String> leaders = new HashMap<>();
        for (ObservationFacts observation : observations) {
            String first = null;
            for (String code : observation.codes()) {
                String leader = leader(leaders, code);
                if (first == null) {
                    first = leader;
                } else {
                    leaders.put(leader, first);
                }
            }
        }
        Map<String, List<ObservationFacts>> groups = observations.stream()
                .sorted(NEWEST_FIRST)
                .collect(Collectors.groupingBy(
                        it -> leader(leaders, it.codes().iterator().next())));
        return new ObservationGroups(groups.values().stream()
                .sorted(Comparator.comparing(group -> group.get(0), NEWEST_FIRST))
                .toList());
    }

    /** Returns the rows of the latest so many of each group, and of those that are as new as the last of them. */
    List<Long> latest(int max) {
        List<Long> rows = new ArrayList<>();
        for (List<ObservationFacts> group : groups) {
            for (int index = 0; index < group.size(); index++) {
                if (index >= max && !isTie(group.get(index), group.get(max - 1))) {
                    break;
                }
                rows.add(group.get(index).row());
            }
        }
        return rows;
    }

    private static boolean isTie(ObservationFacts observation, ObservationFacts last) {
        return observation.time() != null && Objects.equals(observation.time(), last.time());
    }

    private static String leader(Map<String, String> leaders, String code) {
        String found = code;
        for (String next = leaders.putIfAbsent(found, found); next != null && !next.equals(found); ) {
            found = next;
            next = leaders.getOrDefault(found, found);
        }
        return found;
    }
}
