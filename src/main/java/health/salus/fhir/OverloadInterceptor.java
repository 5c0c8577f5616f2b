package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Works on as many requests at a time as the machine gets on with, and tells the others at once to come again. Without it,
 * all of them share the processors and the database, until none is answered in time.
 *
 * <p>A request counts from when its body is there until its answer is made; neither a slow upload nor a slow download keeps
 * others out.
 */
@Interceptor
@Component
public class OverloadInterceptor {

    /** After authorization: who is refused anyhow takes nobody's place. */
    private static final int LATE = 3000;

    private static final String USER_DATA = OverloadInterceptor.class.getName();
    private static final String RETRY_AFTER_SECONDS = "1";

    private final RequestPlaces places;

    OverloadInterceptor(RequestPlaces places) {
        this.places = places;
    }

    /** Takes a place, or answers 503 if none gets free in time. */
    @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED, order = LATE)
    public void begin(RequestDetails request) throws InterruptedException {
        // The entries of a batch share the place of the batch.
        if (request.getClass() != ServletRequestDetails.class
                || request.getUserData().containsKey(USER_DATA)) {
            return;
        }
        if (!places.await()) {
            UnclassifiedServerFailureException busy = new UnclassifiedServerFailureException(
                    HttpStatus.SERVICE_UNAVAILABLE.value(),
                    "The server has more to do than it can. Nothing was changed; send the request again later.");
            busy.addResponseHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
            throw busy;
        }
        request.getUserData().put(USER_DATA, true);
    }

    /** Gives the place back as soon as the answer only has to be sent. */
    @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = Integer.MAX_VALUE)
    public void onAnswer(RequestDetails request) {
        end(request);
    }

    /** Gives the place back where there was no answer to send, or where the rest of the answer is sending a file. */
    @Hook(Pointcut.SERVER_PROCESSING_COMPLETED)
    public void end(RequestDetails request) {
        if (request.getUserData().remove(USER_DATA) != null) {
            places.giveBack();
        }
    }
}
