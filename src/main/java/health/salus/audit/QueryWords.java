package health.salus.audit;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns the parameters of a query into words that tell of nobody.
 *
 * @param secret makes the digests
 */
record QueryWords(AuditSecret secret) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:|-]{1,100}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");
    private static final Map<String, Set<String>> FIXED = Map.of(
            "_summary", Set.of("true", "false", "text", "data", "count"),
            "_total", Set.of("none", "estimate", "accurate"));

    /** Returns a parameter as it may be kept. */
    QueryTerm term(String name, String value) {
        // A name that no search parameter can have may be anything, and so it is hidden as well.
        String shown = NAME.matcher(name).matches() ? name : "?" + secret.digest(name);
        boolean clear = FIXED.getOrDefault(name, Set.of()).contains(value)
                || (name.equals("_count") && NUMBER.matcher(value).matches());
        return new QueryTerm(shown, clear ? value : secret.digest(value));
    }
}
