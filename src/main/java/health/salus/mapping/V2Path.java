package health.salus.mapping;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A place in a segment as HL7 writes it: {@code PID-3}, {@code PID-3.1}, {@code PID-3.4.2}. */
record V2Path(String segment, int field, int component, int subcomponent) {

    /** Stands for a component or subcomponent that a path does not name. */
    static final int WHOLE = 0;

    static final String SYNTAX = "[A-Z][A-Z0-9]{2}-[1-9]\\d{0,2}(\\.[1-9]\\d{0,2}){0,2}";

    private static final Pattern PATTERN =
            Pattern.compile("([A-Z][A-Z0-9]{2})-([1-9]\\d*)(?:\\.([1-9]\\d*)(?:\\.([1-9]\\d*))?)?");

    /** Reads a path, or nothing if the text is none. */
    static Optional<V2Path> parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        return matcher.matches()
                ? Optional.of(new V2Path(
                        matcher.group(1),
                        Integer.parseInt(matcher.group(2)),
                        numberOf(matcher.group(3)),
                        numberOf(matcher.group(4))))
                : Optional.empty();
    }

    /** Picks this path's part out of a repetition of its field. */
    V2Value in(V2Value repetition) {
        V2Value value = component == WHOLE ? repetition : repetition.part(component);
        return subcomponent == WHOLE ? value : value.part(subcomponent);
    }

    private static int numberOf(@Nullable String digits) {
        return digits == null ? WHOLE : Integer.parseInt(digits);
    }
}
