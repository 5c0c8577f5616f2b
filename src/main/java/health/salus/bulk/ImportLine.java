package health.salus.bulk;

/**
 * A line of an input.
 *
 * @param input   number of the input
 * @param content its bytes without the line break, empty if it is longer than a line may be
 * @param tooLong whether it is
 * @param end     the place behind it
 */
@SuppressWarnings("ArrayRecordComponent")
record ImportLine(int input, byte[] content, boolean tooLong, ImportPlace end) {

    /** Its number, from 1. */
    long number() {
        return end.lines();
    }
}
