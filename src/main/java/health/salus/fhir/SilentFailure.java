package health.salus.fhir;

import org.jspecify.annotations.Nullable;

/** A failure as the log may show it: classes and places, but no message, since messages quote patient data. */
final class SilentFailure extends RuntimeException {

    SilentFailure(Throwable failure) {
        super(failure.getClass().getName(), cause(failure));
        setStackTrace(failure.getStackTrace());
    }

    private static @Nullable SilentFailure cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null || cause == failure ? null : new SilentFailure(cause);
    }
}
