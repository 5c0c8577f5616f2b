package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Reads what a text search looks for: words, phrases in quotation marks, {@code AND}, {@code OR}, {@code NOT} and parentheses,
 * as in {@code (bone OR liver) and metastases}. Words beside each other must all be there.
 */
final class TextQuery {

    private static final Pattern TOKEN = Pattern.compile("\"([^\"]+)\"|[()]|[^\\s()\"]+");
    private static final Set<String> OPERATORS = Set.of("and", "or", "not");

    private final List<String> tokens;
    private int next;

    private TextQuery(List<String> tokens) {
        this.tokens = tokens;
    }

    /**
     * Returns the search in the language of PostgreSQL's {@code to_tsquery}.
     *
     * @throws InvalidRequestException if it is no such expression
     */
    static String of(String text) {
        TextQuery query = new TextQuery(
                TOKEN.matcher(text).results().map(MatchResult::group).toList());
        if (TOKEN.matcher(text).replaceAll("").isBlank()) {
            String read = query.alternatives();
            if (query.next == query.tokens.size()) {
                return read;
            }
        }
        throw refusal();
    }

    private String alternatives() {
        StringBuilder all = new StringBuilder(together());
        while (take("or")) {
            all.append(" | ").append(together());
        }
        return all.toString();
    }

    private String together() {
        StringBuilder all = new StringBuilder(part());
        while (next < tokens.size() && !at("or") && !at(")")) {
            take("and");
            all.append(" & ").append(part());
        }
        return all.toString();
    }

    private String part() {
        if (take("not")) {
            return "!" + part();
        }
        if (take("(")) {
            String inner = alternatives();
            if (!take(")")) {
                throw refusal();
            }
            return "(" + inner + ")";
        }
        if (next == tokens.size() || at(")") || OPERATORS.contains(token())) {
            throw refusal();
        }
        return quoted(tokens.get(next++));
    }

    private boolean take(String token) {
        boolean there = at(token);
        next += there ? 1 : 0;
        return there;
    }

    private boolean at(String token) {
        return next < tokens.size() && token().equals(token);
    }

    private String token() {
        return tokens.get(next).toLowerCase(Locale.ROOT);
    }

    private static String quoted(String words) {
        return "'" + words.replace("\"", "").replace("\\", "\\\\").replace("'", "''") + "'";
    }

    private static InvalidRequestException refusal() {
        return new InvalidRequestException(
                "The parameters '_text' and '_content' take words, such as (bone OR liver) AND" + " \"soft tissue\"");
    }
}
