package health.salus.bulk;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An export or import that was asked for.
 *
 * @param request         the address that was asked
 * @param parameters      what is to be done, as the JSON of an {@link ExportOrder} or an import order
 * @param transactionTime of an export that has begun: it holds what was there at this moment
 * @param problem         why it failed, for its client
 * @param attempts        how often a worker has begun with it and not come further
 * @param expires         until when its files can be fetched, once it is finished
 */
record BulkJob(
        UUID id,
        JobOwner owner,
        Kind kind,
        State state,
        String request,
        String parameters,
        Optional<Instant> transactionTime,
        Optional<String> problem,
        int attempts,
        Optional<Instant> expires) {

    enum Kind {
        EXPORT,
        IMPORT
    }

    enum State {
        WAITING,
        RUNNING,
        COMPLETED,
        FAILED,
        CANCELLED
    }

    /** Tells whether a worker has yet to come to its end. */
    boolean isOpen() {
        return state == State.WAITING || state == State.RUNNING;
    }
}
