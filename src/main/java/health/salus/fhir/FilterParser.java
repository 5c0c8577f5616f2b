package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import health.salus.fhir.FilterExpression.And;
import health.salus.fhir.FilterExpression.Comparison;
import health.salus.fhir.FilterExpression.Not;
import health.salus.fhir.FilterExpression.Or;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a {@code _filter}; {@code and} and {@code or} go from left to right, and none before the other. */
final class FilterParser {

    private static final int DEEPEST = 50;
    private static final Pattern PATH = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z_][A-Za-z0-9_-]*)*");
    private static final Pattern WORD = Pattern.compile("[a-z]+");
    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)+)\"");
    private static final Pattern TOKEN = Pattern.compile("[^\\s\"()\\[\\]]+");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");

    private final String text;
    private int next;
    private int depth;

    private FilterParser(String text) {
        this.text = text;
    }

    /**
     * Reads an expression.
     *
     * @throws InvalidRequestException if it is none
     */
    static FilterExpression parse(String text) {
        FilterParser parser = new FilterParser(text);
        FilterExpression all = parser.expression();
        parser.skipSpaces();
        if (parser.next < text.length()) {
            throw parser.refusal("'and', 'or' or the end");
        }
        return all;
    }

    private FilterExpression expression() {
        if (++depth > DEEPEST) {
            throw refusal("fewer parentheses");
        }
        FilterExpression all = operand();
        while (true) {
            if (take("and")) {
                all = new And(all, operand());
            } else if (take("or")) {
                all = new Or(all, operand());
            } else {
                depth--;
                return all;
            }
        }
    }

    private FilterExpression operand() {
        int start = next;
        if (take("not")) {
            if (at("(")) {
                return new Not(operand());
            }
            next = start;
        }
        if (take("(")) {
            FilterExpression inner = expression();
            if (!take(")")) {
                throw refusal("')'");
            }
            return inner;
        }
        List<String> path = List.of(read(PATH, "the name of a search parameter").split("\\."));
        String operator = read(WORD, "a comparison such as 'eq'");
        skipSpaces();
        String value = at("\"")
                ? ESCAPED.matcher(read(STRING, "a text in quotation marks")).replaceAll("$1")
                : read(TOKEN, "a value");
        return new Comparison(path, operator, value);
    }

    private String read(Pattern pattern, String expected) {
        skipSpaces();
        Matcher found = pattern.matcher(text).region(next, text.length());
        if (!found.lookingAt()) {
            throw refusal(expected);
        }
        next = found.end();
        return pattern == STRING ? found.group(1) : found.group();
    }

    private boolean take(String symbol) {
        skipSpaces();
        int end = next + symbol.length();
        boolean whole = !Character.isLetter(symbol.charAt(0))
                || end >= text.length()
                || " (".indexOf(text.charAt(Math.min(end, text.length() - 1))) >= 0;
        if (!whole || !text.startsWith(symbol, next)) {
            return false;
        }
        next = end;
        return true;
    }

    private boolean at(String symbol) {
        skipSpaces();
        return text.startsWith(symbol, next);
    }

    private void skipSpaces() {
        while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
            next++;
        }
    }

    private InvalidRequestException refusal(String expected) {
        return new InvalidRequestException(
                "The parameter '_filter' should have " + expected + " at character " + (next + 1));
    }
}
