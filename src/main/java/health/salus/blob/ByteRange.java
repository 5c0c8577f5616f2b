package health.salus.blob;

/**
 * A run of bytes inside an object.
 *
 * @param offset the first byte, counted from 0
 * @param length how many bytes, at least one
 */
public record ByteRange(long offset, long length) {

    public ByteRange {
        if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("A byte range starts at 0 or later and has at least one byte");
        }
    }

    /** The range that HTTP writes as {@code bytes=first-last}, both included (RFC 9110, 14.1.2). */
    public static ByteRange inclusive(long first, long last) {
        return new ByteRange(first, last - first + 1);
    }

    /** The last byte of the range, itself included. */
    public long last() {
        return offset + length - 1;
    }

    /** Tells whether an object of this many bytes has all bytes of the range. */
    public boolean fits(long size) {
        return last() < size;
    }
}
