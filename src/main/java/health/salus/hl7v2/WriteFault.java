package health.salus.hl7v2;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import health.salus.audit.AuditUnavailableException;
import health.salus.blob.BlobStoreUnavailableException;
import health.salus.blob.ContentRefusedException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells from an exception of the FHIR store what is to be done with the message. */
final class WriteFault {

    private static final List<Class<? extends Throwable>> OUTAGES = List.of(
            DataAccessResourceFailureException.class,
            RecoverableDataAccessException.class,
            TransientDataAccessException.class,
            CannotCreateTransactionException.class,
            TransactionSystemException.class,
            SQLTransientException.class,
            SQLRecoverableException.class,
            SQLNonTransientConnectionException.class,
            BlobStoreUnavailableException.class,
            AuditUnavailableException.class);
    // PostgreSQL: connection exceptions, insufficient resources, operator intervention such as a restart.
    private static final Pattern OUTAGE_STATE = Pattern.compile("(08|53|57P).*");
    private static final Pattern HAPI_CODE = Pattern.compile("HAPI-\\d{4}");

    private WriteFault() {}

    static Outcome outcome(Throwable fault) {
        if (fault instanceof ContentRefusedException refused) {
            // Its message quotes no content, and says what the sender has to change.
            return new Outcome.Parked("The FHIR store refuses an attachment: " + refused.getMessage());
        }
        if (isOutage(fault)) {
            return new Outcome.Postponed("A store cannot be reached: " + describe(fault), false);
        }
        if (isConflict(fault) || !isRefusal(fault)) {
            return new Outcome.Postponed("The FHIR store could not write it: " + describe(fault), true);
        }
        return new Outcome.Parked("The FHIR store refuses it: " + describe(fault));
    }

    private static boolean isOutage(Throwable fault) {
        if (OUTAGES.stream().anyMatch(outage -> outage.isInstance(fault)) || isOutageState(fault)) {
            return true;
        }
        // HAPI wraps what it cannot handle into an exception of its own.
        Throwable cause = fault.getCause();
        return cause != null && isOutage(cause);
    }

    private static boolean isOutageState(Throwable fault) {
        return fault instanceof SQLException database
                && database.getSQLState() != null
                && OUTAGE_STATE.matcher(database.getSQLState()).matches();
    }

    /** Two writers met, or several resources match a condition: the first passes, the second does not. */
    private static boolean isConflict(Throwable fault) {
        return fault instanceof ResourceVersionConflictException || fault instanceof PreconditionFailedException;
    }

    private static boolean isRefusal(Throwable fault) {
        return fault instanceof BaseServerResponseException response && response.getStatusCode() < 500;
    }

    /** Names the fault without its message, which may quote the resource. HAPI's codes say where to look. */
    private static String describe(Throwable fault) {
        String name = fault.getClass().getSimpleName();
        String status = fault instanceof BaseServerResponseException response ? " " + response.getStatusCode() : "";
        Matcher code = HAPI_CODE.matcher(String.valueOf(fault.getMessage()));
        return name + status + (code.find() ? " " + code.group() : "");
    }
}
