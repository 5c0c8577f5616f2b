package health.salus.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of an expression or a condition, read one after the other. */
final class Tokens {

    private static final Pattern TOKEN = Pattern.compile("\\s*(?:(?<path>" + V2Path.SYNTAX
            + "(?![\\w.-]))|(?<name>[A-Za-z][\\w-]*)|(?<literal>'(?:[^']|'')*')|(?<symbol>[(),|]))");

    private final YamlNode node;
    private final List<String> words = new ArrayList<>();
    private int position;

    Tokens(YamlNode node) {
        this.node = node;
        String text = node.text();
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (matcher.lookingAt()) {
            words.add(matcher.group().strip());
            end = matcher.end();
            matcher.region(end, text.length());
        }
        if (!text.substring(end).isBlank()) {
            throw node.error("cannot read '" + text.substring(end).strip() + "'");
        }
    }

    boolean atEnd() {
        return position == words.size();
    }

    boolean nextIs(String word) {
        return !atEnd() && words.get(position).equals(word);
    }

    /** Tells whether what comes next is a name followed by its arguments. */
    boolean nextIsCall() {
        return position + 1 < words.size() && words.get(position + 1).equals("(");
    }

    boolean nextIsName() {
        return !atEnd()
                && Character.isLetter(words.get(position).charAt(0))
                && V2Path.parse(words.get(position)).isEmpty();
    }

    boolean nextIsLiteral() {
        return !atEnd() && words.get(position).startsWith("'");
    }

    String peek() {
        if (atEnd()) {
            throw error("something is missing at the end");
        }
        return words.get(position);
    }

    String next() {
        String word = peek();
        position++;
        return word;
    }

    boolean skip(String word) {
        boolean found = nextIs(word);
        if (found) {
            position++;
        }
        return found;
    }

    void expect(String word) {
        if (!skip(word)) {
            throw error(
                    "expected '" + word + "'" + (atEnd() ? " at the end" : " before '" + words.get(position) + "'"));
        }
    }

    void expectEnd() {
        if (!atEnd()) {
            throw error("unexpected '" + words.get(position) + "'");
        }
    }

    MappingSyntaxException error(String problem) {
        return node.error(problem + " in: " + node.text());
    }
}
