package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import org.springframework.stereotype.Component;

import java.io.FilterWriter;
import java.io.Writer;

/**
 * Lets answers leave in whole packets. HAPI's JSON writer flushes after each value, so that a resource would travel in as
 * many packets, and with TLS in as many records, as it has elements.
 */
@Interceptor
@Component
class BufferedAnswerInterceptor {

    /** Returns a writer that passes on what is written and closed, and no flush; the servlet container buffers. */
    @Hook(Pointcut.SERVER_OUTGOING_WRITER_CREATED)
    public Writer buffer(Writer answer) {
        return new FilterWriter(answer) {
            @Override
            public void flush() {
                // Closing flushes.
            }
        };
    }
}
