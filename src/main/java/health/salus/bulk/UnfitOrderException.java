package health.salus.bulk;

/** Thrown when what a client has ordered cannot be done, however often it is tried; the message is for that client. */
final class UnfitOrderException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String problem;

    UnfitOrderException(String problem) {
        super(problem);
        this.problem = problem;
    }

    String problem() {
        return problem;
    }
}
