package health.salus.blob;

import java.util.Arrays;

/**
 * The SHA-256 of pieces of some content that follow each other. All pieces have {@value #PIECE} bytes but the last one of the
 * content, which may have less.
 */
final class PieceDigests {

    /** Large enough that the digests are a small part of the content, small enough to be held in memory by every reader. */
    static final int PIECE = 256 * 1024;

    /** How many bytes a digest has. */
    static final int DIGEST = 32;

    private final long first;
    private final byte[] digests;

    /**
     * @param first   the number of the first piece, counted from 0
     * @param digests 32 bytes for each piece
     */
    PieceDigests(long first, byte[] digests) {
        if (digests.length % DIGEST != 0) {
            throw new IllegalArgumentException("A SHA-256 has 32 bytes");
        }
        this.first = first;
        this.digests = digests;
    }

    /** The bytes of whole pieces that some bytes lie in. */
    static ByteRange around(ByteRange range, long size) {
        long start = range.offset() / PIECE * PIECE;
        return new ByteRange(start, Math.min(size, (range.last() / PIECE + 1) * PIECE) - start);
    }

    /** The number of the first piece that is here. */
    long first() {
        return first;
    }

    /** Tells whether a piece is here and has this digest. */
    boolean match(long piece, byte[] digest) {
        int offset = Math.toIntExact(piece - first) * DIGEST;
        return offset + DIGEST <= digests.length
                && Arrays.equals(digests, offset, offset + DIGEST, digest, 0, digest.length);
    }

    /** 32 bytes for each piece. */
    byte[] bytes() {
        return digests.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PieceDigests that && first == that.first && Arrays.equals(digests, that.digests);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digests);
    }
}
