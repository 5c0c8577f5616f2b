package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import health.salus.blob.BlobMismatchException;
import health.salus.blob.BlobNotFoundException;
import health.salus.blob.BlobState;
import health.salus.blob.BlobStoreUnavailableException;
import health.salus.blob.BlobUnreadableException;
import health.salus.blob.ContentRefusedException;
import health.salus.blob.ScannerUnavailableException;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.hl7.fhir.r4.model.Bundle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionTimedOutException;

import java.sql.SQLException;
import java.sql.SQLTransientException;

/**
 * Turns failures into answers: what the server waits for and does not get is 503, a fault of its own is 500 without
 * details. A fault is logged with its place but without its messages, which may quote the request.
 */
@Interceptor
@Component
class FailureInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(FailureInterceptor.class);
    private static final String RETRY_AFTER_SECONDS = "10";
    private static final String QUERY_CANCELED = "57014";

    /** Returns the answer to a failure, or null to leave what HAPI made of it. */
    @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
    public @Nullable BaseServerResponseException onFailure(Throwable failure, RequestDetails request) {
        BlobMismatchException mismatch = ExceptionUtils.throwableOfType(failure, BlobMismatchException.class);
        if (mismatch != null) {
            return new UnprocessableEntityException(mismatch.getMessage());
        }
        ContentRefusedException refused = ExceptionUtils.throwableOfType(failure, ContentRefusedException.class);
        if (refused != null) {
            return new UnprocessableEntityException(refused.getMessage());
        }
        if (isCancelled(failure)) {
            return new InvalidRequestException(
                    "The search takes too long. Narrow it, for instance by a patient or a date.");
        }
        if (isCausedBy(failure, BlobStoreUnavailableException.class)) {
            return unavailable("The blob store does not answer. Try again later.");
        }
        if (isCausedBy(failure, ScannerUnavailableException.class)) {
            return unavailable("The content cannot be scanned for viruses now. Try again later.");
        }
        BlobUnreadableException unreadable = ExceptionUtils.throwableOfType(failure, BlobUnreadableException.class);
        if (unreadable != null) {
            return unreadable(unreadable.state(), request);
        }
        if (isCausedBy(failure, CannotCreateTransactionException.class)
                || isCausedBy(failure, DataAccessResourceFailureException.class)
                || isCausedBy(failure, TransientDataAccessException.class)
                || isCausedBy(failure, SQLTransientException.class)) {
            return unavailable("The database does not answer. Try again later.");
        }
        if (isCausedBy(failure, BlobNotFoundException.class)) {
            LOG.error("A blob is missing from the blob store: request {}", request.getRequestId());
            return new InternalErrorException("The content is missing from the blob store; the operator has been told");
        }
        if (failure instanceof ResourceVersionConflictException && isCausedBy(failure, SQLException.class)) {
            return new ResourceVersionConflictException("Another write came first. Read again, and send yours again.");
        }
        // HAPI says 409, the code of a write that another one overtook: https://hl7.org/fhir/R4/http.html#concurrency
        if (failure instanceof ResourceVersionConflictException && namesVersion(request)) {
            return new PreconditionFailedException(failure.getMessage());
        }
        return isFault(failure) ? fault(failure, request) : null;
    }

    private static boolean namesVersion(RequestDetails request) {
        return request.getHeader(HttpHeaders.IF_MATCH) != null
                || (request.getResource() instanceof Bundle bundle
                        && bundle.getEntry().stream()
                                .anyMatch(entry -> entry.getRequest().hasIfMatch()));
    }

    private static BaseServerResponseException unreadable(BlobState state, RequestDetails request) {
        return switch (state) {
            case ARCHIVED ->
                new ResourceVersionConflictException(
                        "The content lies in an archive. Ask for it with POST Binary/[id]/$restore, and read it later");
            case RESTORING -> restoring();
            case UNSCANNED -> unavailable("The content has not been scanned for viruses yet. Try again later.");
            case INFECTED ->
                new ForbiddenOperationException(
                        "A scanner has found a virus in the content; it is not given to anybody");
            case STORED, QUARANTINED, MISSING -> {
                LOG.error("A blob cannot be served: request {} state {}", request.getRequestId(), state);
                yield new InternalErrorException("The content is not what was stored; the operator has been told");
            }
        };
    }

    private static BaseServerResponseException restoring() {
        BaseServerResponseException answer =
                new ResourceVersionConflictException("The content is being restored from the archive; read it later");
        answer.addResponseHeader("Retry-After", RestoreOperation.RETRY_AFTER_SECONDS);
        return answer;
    }

    /** Tells whether the database was told to stop, because the time for reading was over. */
    private static boolean isCancelled(Throwable failure) {
        return ExceptionUtils.getThrowableList(failure).stream()
                .anyMatch(it -> it instanceof TransactionTimedOutException
                        || (it instanceof SQLException sql && QUERY_CANCELED.equals(sql.getSQLState())));
    }

    private static boolean isFault(Throwable failure) {
        if (failure instanceof BaseServerResponseException answer) {
            return answer.getStatusCode() == InternalErrorException.STATUS_CODE;
        }
        // HAPI answers this one with 400: the client's syntax is at fault.
        return !(failure instanceof DataFormatException);
    }

    private static BaseServerResponseException fault(Throwable failure, RequestDetails request) {
        LOG.error("Request {} failed", request.getRequestId(), new SilentFailure(failure));
        return new InternalErrorException(
                "The server failed to answer; its log says where, under request id " + request.getRequestId());
    }

    private static BaseServerResponseException unavailable(String message) {
        UnclassifiedServerFailureException answer = new UnclassifiedServerFailureException(503, message);
        answer.addResponseHeader("Retry-After", RETRY_AFTER_SECONDS);
        return answer;
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> cause) {
        return ExceptionUtils.indexOfType(failure, cause) >= 0;
    }
}
