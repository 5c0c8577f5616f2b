package health.salus.graphql;

/** A query that is not taken; the message says why, in words for whoever has written it. */
public class QueryRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public QueryRefusedException(String reason) {
        super(reason);
    }
}
