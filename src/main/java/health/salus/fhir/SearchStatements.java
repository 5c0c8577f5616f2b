package health.salus.fhir;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** The statements by which the search of this thread chose its matches, kept from the moment on that somebody wants them. */
public final class SearchStatements {

    private static final ThreadLocal<@Nullable List<Statement>> KEPT = new ThreadLocal<>();

    private SearchStatements() {}

    /**
     * A statement.
     *
     * @param sql    for PostgreSQL, with question marks
     * @param values what stands in their place
     */
    public record Statement(String sql, List<Object> values) {}

    /** Begins to keep them. {@link #end} must follow, or the next request on this thread is kept as well. */
    public static void begin() {
        KEPT.set(new ArrayList<>());
    }

    /** Returns what was kept since the beginning, or nothing without one, and forgets it. */
    public static List<Statement> end() {
        List<Statement> kept = KEPT.get();
        KEPT.remove();
        return kept == null ? List.of() : kept;
    }

    static void note(String sql, List<Object> values) {
        List<Statement> kept = KEPT.get();
        if (kept != null) {
            kept.add(new Statement(sql, List.copyOf(values)));
        }
    }
}
