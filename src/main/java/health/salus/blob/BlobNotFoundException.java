package health.salus.blob;

/** Thrown when there is no such blob, or none that this tenant may see: callers cannot tell the two apart. */
public final class BlobNotFoundException extends RuntimeException {

    private BlobNotFoundException(String message) {
        super(message);
    }

    /** The store has no object under this key. */
    public static BlobNotFoundException of(ObjectKey key) {
        return new BlobNotFoundException("No object " + key);
    }

    /** The catalog has no such blob for the tenant that asks. */
    public static BlobNotFoundException of(BlobId id) {
        return new BlobNotFoundException("No blob " + id);
    }
}
