package health.salus.scan;

import java.io.InputStream;

/**
 * Looks into content on its way: what is read through {@link #watch} is scanned as it is read, so that no byte is read only for
 * this. A scanner is safe for use by several threads.
 */
public interface ContentScanner {

    /** Whether there is a scanner at all; without one, every verdict is {@link ScanVerdict.Result#SKIPPED}. */
    boolean isOn();

    /** The largest content that it looks into; larger content is never scanned. */
    long maxSize();

    /**
     * Whether content into which no scanner has looked may be read: what came before there was one, if the operator lets it, and
     * what is too large, where such content is taken.
     */
    boolean servesUnseen(long size);

    /**
     * Begins a scan. A scanner that is down or too slow does not disturb the reading, only the verdict; content that is longer
     * than may be taken without a scan does: reading it fails with a {@link TooLargeToScanException}.
     *
     * @param content what to scan; the caller closes the returned stream, which leaves this one open
     */
    WatchedInputStream watch(InputStream content);
}
