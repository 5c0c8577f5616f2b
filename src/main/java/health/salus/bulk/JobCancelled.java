package health.salus.bulk;

/** Thrown when the client has deleted a job that a worker is at. */
final class JobCancelled extends RuntimeException {

    private static final long serialVersionUID = 1;

    JobCancelled() {
        super("The job was deleted by its client");
    }
}
