package health.salus.searchparameter;

/**
 * What a server has to know of each changed search parameter.
 *
 * @param parameter the id of the SearchParameter
 * @param change    another number with each change
 * @param state     whether searches by it find everything
 */
record ParameterState(String parameter, long change, Reindex.State state) {

    /** Tells whether there are resources that still have to be read. */
    boolean isOpen() {
        return state == Reindex.State.WAITING || state == Reindex.State.RUNNING;
    }
}
