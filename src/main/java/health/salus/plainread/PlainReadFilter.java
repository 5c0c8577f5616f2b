package health.salus.plainread;

import health.salus.audit.ReadTrail;
import health.salus.fhir.PlainRead;
import health.salus.fhir.PlainReads;
import health.salus.smart.SmartPrincipal;
import health.salus.smart.UnlimitedReaders;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Optional;

/**
 * Answers a read where all that there is to decide can be decided without looking into the resource: the token is good, its
 * bearer may read every resource of the type, and what is stored is what is shown. It stands before the security chain, says
 * yes or nothing, and leaves every refusal, and every other request, to those behind it.
 */
final class PlainReadFilter extends OncePerRequestFilter {

    private final UnlimitedReaders readers;
    private final PlainReads reads;
    private final ReadTrail trail;
    private final PlainReadResponse answers;
    private final Counter answered;

    PlainReadFilter(
            UnlimitedReaders readers,
            PlainReads reads,
            ReadTrail trail,
            PlainReadResponse answers,
            MeterRegistry meters) {
        this.readers = readers;
        this.reads = reads;
        this.trail = trail;
        this.answers = answers;
        this.answered = Counter.builder("salus.fhir.plain.reads")
                .description("Reads that were answered without making an object of the resource")
                .register(meters);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<PlainReadRequest> asked = PlainReadRequest.of(request);
        if (asked.isEmpty() || !answer(asked.get(), request, response)) {
            chain.doFilter(request, response);
        }
    }

    private boolean answer(PlainReadRequest asked, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Optional<SmartPrincipal> caller = readers.find(request, asked.type());
        if (caller.isEmpty()) {
            return false;
        }
        Optional<PlainRead> found = reads.find(asked.tenant(), asked.type(), asked.id(), asked.version());
        if (found.isEmpty()) {
            return false;
        }
        PlainRead read = found.get();
        trail.disclose(
                request, caller.get(), asked.version() != null, read.type(), read.id(), read.version(), read.json());
        answered.increment();
        answers.write(read, request, response);
        return true;
    }
}
