package health.salus.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rows that a plan reads only to throw them away, since no index serves what is asked of them. */
final class RowsReadInVain {

    // Fewer are read quicker than they are avoided.
    private static final long MANY = 1_000;
    private static final Pattern STEP =
            Pattern.compile("^(\\s*->\\s+)?[A-Z][A-Za-z ]+?( using \\S+)?( on (\\S+))?( \\S+)?\\s+\\(.*");
    private static final Pattern CONDITION = Pattern.compile("^\\s*Filter: (.*)$");
    private static final Pattern REMOVED = Pattern.compile("^\\s*Rows Removed by Filter: (\\d+)$");

    private RowsReadInVain() {}

    /**
     * Returns a sentence for each condition that was tried on many rows in vain.
     *
     * @param plan what {@code EXPLAIN ANALYZE} prints, a line each
     */
    static List<String> in(List<String> plan) {
        List<String> hints = new ArrayList<>();
        String table = null;
        String condition = "";
        for (String line : plan) {
            Matcher step = STEP.matcher(line);
            Matcher filter = CONDITION.matcher(line);
            Matcher removed = REMOVED.matcher(line);
            if (step.matches()) {
                table = step.group(4);
            } else if (filter.matches()) {
                condition = filter.group(1);
            } else if (table != null && removed.matches() && Long.parseLong(removed.group(1)) >= MANY) {
                hints.add("No index serves %s: %s rows of %s were read in vain"
                        .formatted(condition, removed.group(1), table));
            }
        }
        return hints;
    }
}
