package health.salus.scan;

import java.io.IOException;

/** Thrown while content is read that is longer than the scanner takes, where nothing may be taken without a scan. */
public final class TooLargeToScanException extends IOException {

    private static final long serialVersionUID = 1;

    private final long limit;

    TooLargeToScanException(long limit) {
        super(sentence(limit));
        this.limit = limit;
    }

    /** A sentence that a client may see. */
    @Override
    public String getMessage() {
        return sentence(limit);
    }

    private static String sentence(long limit) {
        return "The content has more than the " + limit
                + " bytes that can be scanned for viruses (salus.scan.max-size)";
    }
}
