package health.salus.blob;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether a store can give an object at once.
 *
 * @param state {@code STORED} if it can, {@code ARCHIVED} if it has to be restored first, {@code RESTORING} if that is under way
 * @param until for a restored one: when it goes back to the archive
 */
public record Availability(BlobState state, Optional<Instant> until) {

    static final Availability AT_ONCE = new Availability(BlobState.STORED, Optional.empty());
    static final Availability ARCHIVED = new Availability(BlobState.ARCHIVED, Optional.empty());
    static final Availability RESTORING = new Availability(BlobState.RESTORING, Optional.empty());

    static Availability until(Instant end) {
        return new Availability(BlobState.STORED, Optional.of(end));
    }
}
