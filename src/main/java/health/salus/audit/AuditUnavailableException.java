package health.salus.audit;

import org.jspecify.annotations.Nullable;

/** Thrown when something could not be written down, so that it must not be answered either. */
public final class AuditUnavailableException extends RuntimeException {

    public AuditUnavailableException(@Nullable Throwable cause) {
        super("The audit trail cannot be written", cause);
    }
}
