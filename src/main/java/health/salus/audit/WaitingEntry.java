package health.salus.audit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An entry on its way to the disk, and whoever waits for it.
 *
 * @param row       what is to be written
 * @param hadEffect whether it must be written even if nobody waits any more
 * @param done      ends when it is on disk, or cannot get there
 */
record WaitingEntry(AuditRow row, boolean hadEffect, CompletableFuture<Void> done) {

    static WaitingEntry of(AuditEntry entry) {
        return new WaitingEntry(AuditRow.of(entry), entry.hasEffect(), new CompletableFuture<>());
    }

    /** Waits; throws {@link AuditUnavailableException} if it is not on disk by then. */
    void await(Duration timeout) {
        try {
            done.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException tooLate) {
            // If the writer has taken it meanwhile, it is written all the same: a record too many does no harm.
            done.cancel(false);
            throw new AuditUnavailableException(tooLate);
        } catch (ExecutionException failed) {
            throw new AuditUnavailableException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AuditUnavailableException(stopped);
        }
    }

    /** Tells whether nobody wants it any more: what was not answered and had no effect did not happen. */
    boolean isAbandoned() {
        return done.isCancelled() && !hadEffect;
    }

    void written() {
        done.complete(null);
    }

    void failed(Throwable reason) {
        done.completeExceptionally(reason);
    }
}
