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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Optional;

/**
 * Answers a read where all that there is to decide can be decided without looking into the resource: the token is good, its
 * bearer may read every resource of the type, and what is stored is what is shown. It stands before the security chain, says
 * yes or nothing, and leaves every refusal, and every other request, to those behind it.
 */
final class PlainReadFilter extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(PlainReadFilter.class);

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
        Optional<PlainRead> found = PlainReadRequest.of(request).flatMap(asked -> find(asked, request));
        if (found.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        answered.increment();
        answers.write(found.get(), request, response);
    }

    private Optional<PlainRead> find(PlainReadRequest asked, HttpServletRequest request) {
        try {
            Optional<SmartPrincipal> caller = readers.find(request, asked.type());
            Optional<PlainRead> found =
                    caller.flatMap(it -> reads.find(asked.tenant(), asked.type(), asked.id(), asked.version()));
            found.ifPresent(read -> trail.disclose(
                    request,
                    caller.orElseThrow(),
                    asked.version() != null,
                    read.type(),
                    read.id(),
                    read.version(),
                    read.json()));
            return found;
        } catch (RuntimeException e) {
            // A tenant that is disabled, a database that is away: the long road meets it too, and has the words for it.
            LOG.debug("A plain read is left to the long road", e);
            return Optional.empty();
        }
    }
}
