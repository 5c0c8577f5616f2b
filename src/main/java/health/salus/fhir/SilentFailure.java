package health.salus.fhir;

import org.jspecify.annotations.Nullable;

/** A failure as the log may show it: classes and places, but no message, since messages quote patient data. */
final class SilentFailure extends RuntimeException {

    private static final int DEEPEST_CAUSE = 20;

    SilentFailure(Throwable failure) {
        this(failure, 0);
    }

    private SilentFailure(Throwable failure, int depth) {
        super(failure.getClass().getName(), cause(failure, depth));
        setStackTrace(failure.getStackTrace());
    }

    private static @Nullable SilentFailure cause(Throwable failure, int depth) {
        Throwable cause = failure.getCause();
        return cause == null || depth == DEEPEST_CAUSE ? null : new SilentFailure(cause, depth + 1);
    }
}
