package health.salus.mapping;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One segment of a message, split into fields when the first of them is asked for. */
final class Segment {

    /** What the literals of a mapping stand in. */
    static final Segment OF_LITERALS = new Segment(
            "",
            "",
            0,
            new EscapeDecoder(new Delimiters('\0', '\0', '\0', '\0', '\0'), StandardCharsets.UTF_8),
            Readings.UNHEARD);

    private final String name;
    private final String text;
    private final int line;
    private final EscapeDecoder decoder;
    private final Readings readings;
    private @Nullable List<String> fields;

    /**
     * Makes a segment.
     *
     * @param line its place in the message, counted from 1
     */
    Segment(String name, String text, int line, EscapeDecoder decoder, Readings readings) {
        this.name = name;
        this.text = text;
        this.line = line;
        this.decoder = decoder;
        this.readings = readings;
    }

    /** Returns the valued repetitions of a field, counted as HL7 counts: MSH-1 is the field separator itself. */
    List<V2Value> field(int number) {
        String raw = raw(number);
        if (raw.isEmpty()) {
            return List.of();
        }
        if (isHeader() && number <= 2) {
            return List.of(V2Value.literal(raw));
        }
        if (raw.indexOf(decoder.delimiters().repetition()) < 0) {
            V2Value only = V2Value.repetition(raw, this, number, 1);
            return only.isValued() ? List.of(only) : List.of();
        }
        List<V2Value> values = new ArrayList<>();
        List<String> repetitions = split(raw, decoder.delimiters().repetition());
        for (int index = 0; index < repetitions.size(); index++) {
            V2Value value = V2Value.repetition(repetitions.get(index), this, number, index + 1);
            if (value.isValued()) {
                values.add(value);
            }
        }
        return values;
    }

    /** Tells whether the sender asks to delete what is stored of a field. */
    boolean deletes(int field) {
        return raw(field).equals(V2Value.NULL);
    }

    /** Returns the number of the last field that was sent. */
    int lastField() {
        return fields().size() - (isHeader() ? 0 : 1);
    }

    String name() {
        return name;
    }

    int line() {
        return line;
    }

    EscapeDecoder decoder() {
        return decoder;
    }

    Readings readings() {
        return readings;
    }

    private String raw(int number) {
        if (isHeader() && number == 1) {
            return String.valueOf(decoder.delimiters().field());
        }
        // What stands before the first separator is the segment's name; in a header that separator is field 1.
        int index = isHeader() ? number - 1 : number;
        return index < fields().size() ? fields().get(index) : "";
    }

    private List<String> fields() {
        if (fields == null) {
            fields = split(text, decoder.delimiters().field());
        }
        return fields;
    }

    private boolean isHeader() {
        return name.equals("MSH");
    }

    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, start)) {
            parts.add(text.substring(start, end));
            start = end + 1;
        }
        parts.add(text.substring(start));
        return parts;
    }

    /** Hides the content, which is patient data, from logs and assertion messages. */
    @Override
    public String toString() {
        return name + " in line " + line;
    }
}
