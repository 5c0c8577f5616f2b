package health.salus.audit;

import health.salus.testing.TestServer;

/** What the trail says of a request, for tests of other features. */
public record RecordedRequests(TestServer server) {

    /** The one record of the request with this {@code X-Request-ID}, as JSON. */
    public String of(String requestId) {
        return AuditJson.write(new Trail(server).one(requestId));
    }
}
