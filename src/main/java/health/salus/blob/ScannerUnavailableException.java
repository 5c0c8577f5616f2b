package health.salus.blob;

/**
 * Thrown when content has to be scanned before it is kept, and the scanner does not answer. The request may be right; HTTP
 * answers it with 503.
 */
public final class ScannerUnavailableException extends RuntimeException {

    ScannerUnavailableException(String why) {
        super(why);
    }
}
