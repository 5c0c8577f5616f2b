package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServer;
import health.salus.testing.TestServer;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Each answer of a server as HAPI encodes the object, after all that may have changed the object on its way out. */
@Interceptor
public final class EncodedAnswers implements AutoCloseable {

    private static final String STORED = StoredAnswer.class.getName();

    private final RestfulServer server;
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    EncodedAnswers(TestServer server) {
        this.server = server.bean(RestfulServer.class);
        this.server.registerInterceptor(this);
    }

    /** Encodes the object element by element. */
    @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = Integer.MAX_VALUE)
    public void onAnswer(RequestDetails request, IBaseResource answer) {
        if (answer instanceof Resource resource) {
            IParser parser = request.getFhirContext().newJsonParser();
            parser.setServerBaseUrl(request.getFhirServerBase());
            Object stored = resource.getUserData(STORED);
            resource.clearUserData(STORED);
            answers.put(request.getRequestPath(), parser.encodeResourceToString(resource));
            if (stored != null) {
                resource.setUserData(STORED, stored);
            }
        }
    }

    /** Returns the last answer to a path without a slash at its start, without a query. */
    String of(String path) {
        return Optional.ofNullable(answers.get(path)).orElseThrow();
    }

    @Override
    public void close() {
        server.unregisterInterceptor(this);
    }
}
