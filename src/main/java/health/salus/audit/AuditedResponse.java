package health.salus.audit;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/**
 * Holds an answer back until its record is on disk.
 *
 * <p>The beginning of the body waits in memory. At the end, or when it grows too long for that, or when somebody flushes,
 * the record is written, and only then does the first byte leave. If it cannot be written, the answer becomes 503 and what
 * was held back is thrown away.
 */
final class AuditedResponse extends HttpServletResponseWrapper {

    private static final String REQUEST_ID = "X-Request-ID";
    private static final String RETRY_AFTER_SECONDS = "10";
    private static final String FHIR_PROBLEM = """
            {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"transient",\
            "diagnostics":"The audit trail cannot be written. Try again later."}]}""";
    private static final String OTHER_PROBLEM = """
            {"title":"Service Unavailable","status":503,\
            "detail":"The audit trail cannot be written. Try again later."}""";

    private final IntConsumer record;
    private final boolean fhir;
    private @Nullable HeldOutput output;
    private @Nullable PrintWriter writer;
    private Step ending = () -> {};
    private int pendingStatus;
    private boolean ended;
    private boolean recorded;
    private boolean refused;

    /**
     * Wraps a response.
     *
     * @param record writes the record for the status that is about to be sent, or throws {@link AuditUnavailableException}
     * @param fhir   whether the client understands an OperationOutcome
     */
    AuditedResponse(HttpServletResponse response, IntConsumer record, boolean fhir) {
        super(response);
        this.record = record;
        this.fhir = fhir;
    }

    /** Writes the record unless that was done, and lets the answer go. */
    void finish() throws IOException {
        if (writer != null) {
            writer.flush();
        }
        release(getStatus());
        if (refused) {
            return;
        }
        if (!ended && output != null) {
            output.passOn();
        }
        ending.take();
    }

    /** Writes the record of an answer that broke off. */
    void fail(Throwable failure) throws IOException {
        // Half an answer has left under a record that says it went well; this one says that it did not.
        recorded = false;
        try {
            record.accept(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
        } catch (AuditUnavailableException e) {
            failure.addSuppressed(e);
            if (!super.isCommitted()) {
                refuse();
            }
        }
        recorded = true;
    }

    /** Makes sure that the record is on disk; afterwards the answer may go, or has been refused. */
    private void release(int status) throws IOException {
        if (recorded) {
            return;
        }
        recorded = true;
        try {
            record.accept(status);
        } catch (AuditUnavailableException e) {
            refuse();
        }
    }

    private void refuse() throws IOException {
        refused = true;
        String id = getHeader(REQUEST_ID);
        HttpServletResponse response = (HttpServletResponse) getResponse();
        response.reset();
        if (id != null) {
            response.setHeader(REQUEST_ID, id);
        }
        response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setContentType(fhir ? "application/fhir+json" : "application/problem+json");
        response.getOutputStream().write((fhir ? FHIR_PROBLEM : OTHER_PROBLEM).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (output == null) {
            output = new HeldOutput(this);
        }
        return output;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (writer == null) {
            // As the container does: a text without a charset is Latin-1, and the header says so.
            Charset charset = Charset.forName(getCharacterEncoding());
            setCharacterEncoding(charset.name());
            writer = new PrintWriter(new OutputStreamWriter(getOutputStream(), charset));
        }
        return writer;
    }

    /** Writes the record if need be; returns the stream to the client, or nothing if the answer was refused. */
    @Nullable
    ServletOutputStream stream() throws IOException {
        release(getStatus());
        return refused ? null : super.getOutputStream();
    }

    @Override
    public void flushBuffer() throws IOException {
        if (writer != null) {
            writer.flush();
        }
        if (ended) {
            return;
        }
        getOutputStream();
        if (output != null) {
            output.passOn();
        }
        if (!refused) {
            super.flushBuffer();
        }
    }

    @Override
    public void sendError(int status, @Nullable String message) {
        end(status, () -> super.sendError(status, message));
    }

    @Override
    public void sendError(int status) {
        end(status, () -> super.sendError(status));
    }

    @Override
    public void sendRedirect(String location) {
        end(SC_FOUND, () -> super.sendRedirect(location));
    }

    @Override
    public void setStatus(int status) {
        if (!ended && !refused) {
            super.setStatus(status);
        }
    }

    @Override
    public int getStatus() {
        return ended ? pendingStatus : super.getStatus();
    }

    // The container would commit at once or shut the response for what is still to be said, so it is told at the end.
    private void end(int status, Step step) {
        if (isCommitted()) {
            throw new IllegalStateException("The answer is on its way already");
        }
        resetBuffer();
        ended = true;
        pendingStatus = status;
        ending = step;
    }

    @Override
    public void resetBuffer() {
        if (super.isCommitted()) {
            throw new IllegalStateException("The answer is on its way already");
        }
        if (output != null) {
            output.forget();
        }
        if (!refused) {
            super.resetBuffer();
        }
    }

    @Override
    public void reset() {
        if (super.isCommitted()) {
            throw new IllegalStateException("The answer is on its way already");
        }
        if (output != null) {
            output.forget();
        }
        writer = null;
        if (!refused) {
            super.reset();
        }
    }

    @Override
    public boolean isCommitted() {
        return ended || refused || super.isCommitted();
    }

    /** The last thing that is told to the container. */
    private interface Step {
        void take() throws IOException;
    }
}
