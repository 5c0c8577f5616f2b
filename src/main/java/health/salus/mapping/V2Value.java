package health.salus.mapping;

/**
 * A field repetition, one of its components or one of their subcomponents.
 *
 * <p>A value that was sent without its inner parts is its own first part, so that {@code 123} and {@code 123^^^LAB} are
 * read alike whatever the sender's version of a data type is.
 */
final class V2Value {

    /** An explicit null: the sender asks to delete what is stored. */
    static final String NULL = "\"\"";

    private final String raw;
    private final Segment segment;
    private final V2Place place;

    private V2Value(String raw, Segment segment, V2Place place) {
        this.raw = raw;
        this.segment = segment;
        this.place = place;
    }

    static V2Value repetition(String raw, Segment segment, int field, int repetition) {
        return new V2Value(
                raw,
                segment,
                new V2Place(segment.name(), segment.line(), field, repetition, V2Place.WHOLE, V2Place.WHOLE));
    }

    /** A value that stands in a mapping, not in a message. */
    static V2Value literal(String text) {
        return new V2Value(text, Segment.OF_LITERALS, V2Place.OF_LITERALS);
    }

    /** Returns the component of a repetition or the subcomponent of a component, counted from 1; empty if not sent. */
    V2Value part(int number) {
        if (place.isSubcomponent()) {
            return number == 1 ? this : new V2Value("", segment, place);
        }
        return new V2Value(slice(raw, separator(), number), segment, place.part(number));
    }

    /** Returns how many parts were sent, at least one. */
    int parts() {
        return place.isSubcomponent()
                ? 1
                : 1 + (int) raw.chars().filter(it -> it == separator()).count();
    }

    /** Returns the decoded text of the first part of the first part, which is all there is of a simple value. */
    String text() {
        if (isNull()) {
            return "";
        }
        if (!place.isSubcomponent()) {
            return part(1).text();
        }
        read();
        return segment.decoder().decode(raw).strip();
    }

    /** Returns the decoded text with all its parts and the separators between them, for what is text or unknown. */
    String whole() {
        if (isNull()) {
            return "";
        }
        read();
        return segment.decoder().decode(raw);
    }

    /** Returns the text as it was sent, undecoded. */
    String raw() {
        read();
        return raw;
    }

    boolean isValued() {
        return !raw.isBlank() && !isNull();
    }

    /** Tells whether this is a repetition of a field, as in {@code PV1-7}. */
    boolean isRepetitionOf(String segmentName, int field) {
        return place.field() == field && place.isRepetition() && place.segment().equals(segmentName);
    }

    /** The segment that this value stands in. */
    Segment segment() {
        return segment;
    }

    V2Place place() {
        return place;
    }

    /** Says where in the message this value stands, without saying what it is: {@code OBX-5 in line 7}. */
    String position() {
        return place.fieldPosition();
    }

    private void read() {
        if (!raw.isEmpty()) {
            segment.readings().read(place);
        }
    }

    private boolean isNull() {
        return raw.equals(NULL);
    }

    private char separator() {
        Delimiters delimiters = segment.decoder().delimiters();
        return place.isRepetition() ? delimiters.component() : delimiters.subcomponent();
    }

    static String slice(String text, char separator, int number) {
        int start = 0;
        for (int skipped = 1; skipped < number; skipped++) {
            int next = text.indexOf(separator, start);
            if (next < 0) {
                return "";
            }
            start = next + 1;
        }
        int end = text.indexOf(separator, start);
        return end < 0 ? text.substring(start) : text.substring(start, end);
    }
}
