package health.salus.mapping;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One segment of a message.
 *
 * @param line its place in the message, counted from 1
 */
record Segment(String name, String text, int line, EscapeDecoder decoder) {

    /** Returns the valued repetitions of a field, counted as HL7 counts: MSH-1 is the field separator itself. */
    List<V2Value> field(int number) {
        Delimiters delimiters = decoder.delimiters();
        // What stands before the first separator is the segment's name; in a header that separator is field 1.
        String raw = V2Value.slice(text, delimiters.field(), isHeader() ? number : number + 1);
        String position = name + "-" + number + " in line " + line;
        if (isHeader() && number <= 2) {
            return List.of(V2Value.literal(number == 1 ? String.valueOf(delimiters.field()) : raw));
        }
        return Arrays.stream(raw.split(Pattern.quote(String.valueOf(delimiters.repetition())), -1))
                .map(repetition -> V2Value.repetition(repetition, decoder, position))
                .filter(V2Value::isValued)
                .toList();
    }

    private boolean isHeader() {
        return name.equals("MSH");
    }

    /** Hides the content, which is patient data, from logs and assertion messages. */
    @Override
    public String toString() {
        return name + " in line " + line;
    }
}
