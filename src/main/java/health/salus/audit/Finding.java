package health.salus.audit;

/**
 * Something that is wrong with the trail.
 *
 * @param seq     number of the row where it shows
 * @param problem what is wrong, in words
 */
record Finding(long seq, String problem) {

    @Override
    public String toString() {
        return "row " + seq + ": " + problem;
    }
}
