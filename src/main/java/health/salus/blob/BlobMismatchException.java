package health.salus.blob;

/** Thrown when content is not what was announced: another size, another hash, other parts, another type. */
public final class BlobMismatchException extends RuntimeException {

    private BlobMismatchException(String message) {
        super(message);
    }

    /** @param what a sentence that a client may see; it must not quote the content */
    static BlobMismatchException of(String what) {
        return new BlobMismatchException(what);
    }
}
