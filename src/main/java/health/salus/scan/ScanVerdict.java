package health.salus.scan;

/**
 * What a scanner says of some content.
 *
 * @param detail the name of what was found, or why nothing could be said; it quotes no content
 */
public record ScanVerdict(Result result, String detail) {

    /** What may become of the content. */
    public enum Result {

        /** Nothing was found in it. */
        CLEAN,

        /** It must not be given to anybody. */
        INFECTED,

        /** The scanner did not answer; it is to be asked again. */
        UNKNOWN,

        /** Nobody looks into it: there is no scanner, or it is larger than what is scanned here. */
        SKIPPED
    }

    static final ScanVerdict CLEAN = new ScanVerdict(Result.CLEAN, "");
    static final ScanVerdict NO_SCANNER = new ScanVerdict(Result.SKIPPED, "There is no scanner");
    static final ScanVerdict TOO_LARGE = new ScanVerdict(Result.SKIPPED, "It is larger than what is scanned");

    static ScanVerdict infected(String name) {
        return new ScanVerdict(Result.INFECTED, name);
    }

    static ScanVerdict unknown(String why) {
        return new ScanVerdict(Result.UNKNOWN, why);
    }
}
