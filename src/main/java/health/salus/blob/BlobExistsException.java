package health.salus.blob;

/** Thrown when an object would be overwritten; what was stored first stays as it is. */
public final class BlobExistsException extends RuntimeException {

    private BlobExistsException(String message) {
        super(message);
    }

    public static BlobExistsException of(ObjectKey key) {
        return new BlobExistsException("Object " + key + " exists and is never overwritten");
    }
}
