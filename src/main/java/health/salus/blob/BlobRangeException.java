package health.salus.blob;

/** Thrown when an object does not have all the bytes that were asked for. */
public final class BlobRangeException extends RuntimeException {

    private BlobRangeException(String message) {
        super(message);
    }

    public static BlobRangeException of(ObjectKey key) {
        return new BlobRangeException("Object " + key + " does not have all the bytes asked for");
    }
}
