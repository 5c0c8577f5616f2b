package health.salus.fhir;

import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** One try to find all that a search of a request matches at once; in force until it is closed. */
final class SearchAttempt implements AutoCloseable {

    /** The most matches of a search whose pages Salus keeps; larger ones are HAPI's, which looks for them as they are asked. */
    static final int MOST_MATCHES = 1000;

    private static final String USER_DATA = SearchAttempt.class.getName();

    private final RequestDetails request;
    private final int pageSize;
    private final List<JpaPid> matches = new ArrayList<>();
    private String id = "";

    private SearchAttempt(RequestDetails request, int pageSize) {
        this.request = request;
        this.pageSize = pageSize;
    }

    static SearchAttempt begin(RequestDetails request, int pageSize) {
        SearchAttempt attempt = new SearchAttempt(request, pageSize);
        request.getUserData().put(USER_DATA, attempt);
        return attempt;
    }

    static Optional<SearchAttempt> of(RequestDetails request) {
        return Optional.ofNullable((SearchAttempt) request.getUserData().get(USER_DATA));
    }

    /** Learns the name under which the caller may come back. */
    void name(String given) {
        id = given;
    }

    /**
     * Takes all matches and returns those on the first page.
     *
     * @throws TooMany if there are more than {@link #MOST_MATCHES}; nothing has been loaded or shown then
     */
    List<JpaPid> take(Iterator<JpaPid> found) {
        while (found.hasNext()) {
            if (matches.size() == MOST_MATCHES) {
                throw new TooMany();
            }
            matches.add(found.next());
        }
        return matches.subList(0, Math.min(pageSize, matches.size()));
    }

    boolean hasSeveralPages() {
        return matches.size() > pageSize;
    }

    String id() {
        return id;
    }

    List<JpaPid> matches() {
        return matches;
    }

    @Override
    public void close() {
        request.getUserData().remove(USER_DATA);
    }

    /** Thrown through HAPI, which lets only exceptions of this kind pass unwrapped; it costs nothing. */
    static final class TooMany extends UnclassifiedServerFailureException {

        private static final long serialVersionUID = 1;

        TooMany() {
            super(500, "More matches than are kept");
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized")
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
