package health.salus.blob;

/**
 * Thrown when the store cannot do its work now: it is down, full, or refuses our credentials. The request may be right;
 * HTTP answers it with 503.
 */
public final class BlobStoreUnavailableException extends RuntimeException {

    public BlobStoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
