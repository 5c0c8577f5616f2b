package health.salus.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;

import java.util.Optional;

/**
 * How many matches a search of a request may have before it is given up; in force until it is closed.
 *
 * @param request whose search it is
 * @param matches the size of its page
 */
record PageLimit(RequestDetails request, int matches) implements AutoCloseable {

    private static final String USER_DATA = PageLimit.class.getName();

    static PageLimit set(RequestDetails request, int matches) {
        PageLimit limit = new PageLimit(request, matches);
        request.getUserData().put(USER_DATA, limit);
        return limit;
    }

    static Optional<PageLimit> of(RequestDetails request) {
        return Optional.ofNullable((PageLimit) request.getUserData().get(USER_DATA));
    }

    @Override
    public void close() {
        request.getUserData().remove(USER_DATA);
    }

    /** Thrown through HAPI, which lets only exceptions of this kind pass unwrapped; it costs nothing. */
    static final class Exceeded extends UnclassifiedServerFailureException {

        private static final long serialVersionUID = 1;

        Exceeded() {
            super(500, "More matches than a page holds");
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized")
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
