package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.NotModifiedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.util.DateUtils;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.regex.Pattern;

/** The conditions that a request carries in its headers, https://hl7.org/fhir/R4/http.html#concurrency and #cread. */
@Interceptor
@Component
class ConditionInterceptor {

    private static final Pattern VERSION = Pattern.compile("(W/)?\"[0-9]{1,18}\"|[0-9]{1,18}");
    private static final int LONGEST_VERSION = 18;

    /** Refuses with 400 what is no condition, and with 404 a version that no resource ever reaches. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void onRequest(RequestDetails request) {
        requireVersion(request.getHeader(HttpHeaders.IF_MATCH));
        String since = request.getHeader(HttpHeaders.IF_MODIFIED_SINCE);
        if (since != null && DateUtils.parseDate(since) == null) {
            throw new InvalidRequestException("If-Modified-Since takes a date such as Fri, 02 Jan 2026 10:30:00 GMT");
        }
        if (request.getId() != null
                && request.getId().hasVersionIdPart()
                && request.getId().getVersionIdPart().length() > LONGEST_VERSION) {
            throw new ResourceNotFoundException(request.getId());
        }
    }

    /** Answers 304 to a read whose client knows the resource; HAPI compares with milliseconds that no header can carry. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onAnswer(RequestDetails request, @Nullable IBaseResource resource) {
        String since = request.getHeader(HttpHeaders.IF_MODIFIED_SINCE);
        if (since == null || resource == null || request.getRestOperationType() != RestOperationTypeEnum.READ) {
            return;
        }
        Date known = DateUtils.parseDate(since);
        Date changed = resource.getMeta().getLastUpdated();
        if (changed != null
                && known != null
                && !changed.toInstant().truncatedTo(ChronoUnit.SECONDS).isAfter(known.toInstant())) {
            throw new NotModifiedException("Not modified");
        }
    }

    /** Refuses a condition on the version that names none with 400. */
    static void requireVersion(@Nullable String ifMatch) {
        if (ifMatch != null && !VERSION.matcher(ifMatch).matches()) {
            throw new InvalidRequestException("If-Match takes the ETag of a version, such as W/\"3\"");
        }
    }
}
