package health.salus.blob;

/** Thrown when the bytes of a blob are kept but cannot be read now: they are archived, on their way back, or quarantined. */
public final class BlobUnreadableException extends RuntimeException {

    private final BlobState state;

    private BlobUnreadableException(BlobId id, BlobState state) {
        super("Blob " + id + " is " + state);
        this.state = state;
    }

    static BlobUnreadableException of(BlobId id, BlobState state) {
        return new BlobUnreadableException(id, state);
    }

    /** Why: {@code ARCHIVED} asks for a restore, {@code RESTORING} for patience, {@code QUARANTINED} for an operator. */
    public BlobState state() {
        return state;
    }
}
