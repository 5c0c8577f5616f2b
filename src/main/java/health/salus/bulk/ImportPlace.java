package health.salus.bulk;

/**
 * A place between two lines of an input.
 *
 * @param position in bytes
 * @param lines    how many there are before it
 */
record ImportPlace(long position, long lines) {}
