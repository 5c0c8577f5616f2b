package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** One try to find all that a search of a request matches at once; in force until it is closed. */
final class SearchAttempt implements AutoCloseable {

    /** The most matches of a search whose pages Salus keeps; larger ones are HAPI's, which looks for them as they are asked. */
    static final int MOST_MATCHES = 1000;

    /** The same for a record ({@code $everything}). */
    static final int MOST_OF_A_RECORD = 10_000;

    private static final String USER_DATA = SearchAttempt.class.getName();

    private final RequestDetails request;
    private final int pageSize;
    private final int most;
    private RequestPartitionId partition = RequestPartitionId.allPartitions();
    private final List<JpaPid> matches = new ArrayList<>();
    private String id = "";

    private SearchAttempt(RequestDetails request, int pageSize, int most) {
        this.request = request;
        this.pageSize = pageSize;
        this.most = most;
    }

    /** @param most with more matches than this, the attempt fails */
    static SearchAttempt begin(RequestDetails request, int pageSize, int most) {
        SearchAttempt attempt = new SearchAttempt(request, pageSize, most);
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
     * @param searched where they lie
     * @throws TooMany if there are more than may be; nothing has been loaded or shown then
     */
    List<JpaPid> take(Iterator<JpaPid> found, RequestPartitionId searched) {
        partition = searched;
        while (found.hasNext()) {
            if (matches.size() == most) {
                throw new TooMany();
            }
            matches.add(found.next());
        }
        return matches.subList(0, Math.min(pageSize, matches.size()));
    }

    boolean hasSeveralPages() {
        return matches.size() > pageSize;
    }

    int most() {
        return most;
    }

    int partition() {
        return Objects.requireNonNull(partition.getFirstPartitionIdOrNull());
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
