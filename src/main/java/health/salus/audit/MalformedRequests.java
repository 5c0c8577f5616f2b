package health.salus.audit;

import jakarta.servlet.ServletException;
import org.apache.catalina.AccessLog;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * Records what Tomcat itself refuses: a request line, a header or an address that it cannot read never reaches the filters.
 * Tomcat tells of it when it writes its access log, which is after the answer.
 */
final class MalformedRequests extends ValveBase implements AccessLog {

    private static final Logger log = LoggerFactory.getLogger(MalformedRequests.class);
    private static final int BAD_REQUEST = 400;

    private final AuditTrail trail;

    MalformedRequests(AuditTrail trail) {
        super(true);
        this.trail = trail;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
    }

    // What has found its way to the application has a record already. Nothing of the request is kept: it is not known
    // what it is.
    @Override
    public void log(Request request, Response response, long time) {
        if (request.getContext() != null || response.getStatus() < BAD_REQUEST) {
            return;
        }
        try {
            trail.record(AuditEntry.of(
                    null,
                    AuditKind.REQUEST,
                    "malformed request",
                    AuditOutcome.REFUSED,
                    String.valueOf(response.getStatus()),
                    new AuditAgent(null, null, null, null, request.getRemoteAddr(), null),
                    UUID.randomUUID().toString(),
                    List.of()));
        } catch (AuditUnavailableException e) {
            log.error("A malformed request could not be recorded");
        }
    }

    @Override
    public void setRequestAttributesEnabled(boolean enabled) {
        // There are none that this would use.
    }

    @Override
    public boolean getRequestAttributesEnabled() {
        return false;
    }
}
