package health.salus.fhir;

/** Thrown through HAPI if the expression of a search parameter, one that was stored, cannot be applied to a resource. */
final class UnindexableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnindexableException(String expression, Throwable cause) {
        super("The expression of a search parameter, " + expression + ", cannot be applied to this resource", cause);
    }
}
