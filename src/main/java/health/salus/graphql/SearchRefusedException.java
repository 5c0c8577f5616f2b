package health.salus.graphql;

/** A search that cannot be made; the others of a query can. */
public class SearchRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public SearchRefusedException(String reason) {
        super(reason);
    }
}
