package health.salus.mapping;

/**
 * Where a value stands in a message.
 *
 * @param segment      the name of the segment
 * @param line         the segment's place in the message, counted from 1
 * @param field        counted as HL7 counts
 * @param repetition   counted from 1
 * @param component    counted from 1; {@link #WHOLE} for the repetition
 * @param subcomponent counted from 1; {@link #WHOLE} for the component
 */
record V2Place(String segment, int line, int field, int repetition, int component, int subcomponent) {

    static final int WHOLE = 0;

    /** The place of what stands in a mapping and not in a message. */
    static final V2Place OF_LITERALS = new V2Place("", 0, 0, 0, 1, 1);

    boolean isRepetition() {
        return component == WHOLE;
    }

    boolean isSubcomponent() {
        return subcomponent != WHOLE;
    }

    boolean isInMessage() {
        return line > 0;
    }

    V2Place part(int number) {
        return isRepetition()
                ? new V2Place(segment, line, field, repetition, number, WHOLE)
                : new V2Place(segment, line, field, repetition, component, number);
    }

    /** Tells whether another place is this one or lies inside it. */
    boolean holds(V2Place other) {
        return line == other.line
                && field == other.field
                && repetition == other.repetition
                && (isRepetition() || component == other.component)
                && (!isSubcomponent() || subcomponent == other.subcomponent);
    }

    /** Names the field: {@code OBX-5 in line 7}. */
    String fieldPosition() {
        return isInMessage() ? segment + "-" + field + " in line " + line : "";
    }

    /** Names the place in full: {@code PID-3(2).4.1 in line 2}. */
    @Override
    public String toString() {
        return segment + "-" + field + (repetition > 1 ? "(" + repetition + ")" : "")
                + (isRepetition() ? "" : "." + component)
                + (isSubcomponent() && subcomponent > 1 ? "." + subcomponent : "") + " in line " + line;
    }
}
