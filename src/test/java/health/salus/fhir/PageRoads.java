package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServer;
import health.salus.testing.TestServer;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;

/** Keeps pages off the short road where a request says so in a header, and counts what went there. */
@Interceptor
public final class PageRoads implements AutoCloseable {

    static final String LONG = "X-Long-Road";

    private final RestfulServer server;
    private volatile long spliced;

    PageRoads(TestServer server) {
        this.server = server.bean(RestfulServer.class);
        this.server.registerInterceptor(this);
    }

    /** Says of a request that something has to be looked at; what that might be, nobody understands. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
    public void onRequest(RequestDetails request) {
        if (request.getHeader(LONG) != null) {
            request.getUserData().put(EverythingInterceptor.class.getName(), LONG);
        }
    }

    /** Looks at the page. */
    @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = Integer.MAX_VALUE)
    public void onAnswer(IBaseResource answer) {
        spliced = answer instanceof Bundle page
                ? page.getEntry().stream()
                        .filter(entry -> entry.hasResource()
                                && SplicedResource.json(entry.getResource()).isPresent())
                        .count()
                : 0;
    }

    /** How many resources of the last answer came the short way. */
    long spliced() {
        return spliced;
    }

    @Override
    public void close() {
        server.unregisterInterceptor(this);
    }
}
