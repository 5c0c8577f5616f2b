package health.salus.blob;

/** Thrown when content must not be stored, whoever sends it: its type is not allowed, or it is not of that type. */
public final class ContentRefusedException extends RuntimeException {

    private ContentRefusedException(String message) {
        super(message);
    }

    /** @param why a sentence that a client may see and a log may keep; it must not quote the content */
    static ContentRefusedException of(String why) {
        return new ContentRefusedException(why);
    }
}
