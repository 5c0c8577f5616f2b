package health.salus.scan;

import java.io.IOException;
import java.io.InputStream;

/** Content that is scanned while it is read. */
public abstract class WatchedInputStream extends InputStream {

    /** What the scanner says, once the content has been read to its end; waits for the scanner for a limited time. */
    public abstract ScanVerdict verdict();

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public abstract int read(byte[] buffer, int offset, int length) throws IOException;

    /** Ends the scan, also where the content was not read to its end; it does not close the content. */
    @Override
    public abstract void close();
}
