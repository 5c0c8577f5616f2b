package health.salus.blob;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Pieces of an object, of which each byte is given only when all of its piece was found to be what was stored. */
final class VerifiedPieces extends FrameInputStream {

    private final InputStream source;
    private final PieceDigests expected;
    private final Runnable onMismatch;
    private final MessageDigest sha256 = Digesting.sha256();
    private byte[] piece = END;
    private long index;
    private long remaining;
    private boolean wrong;

    /**
     * @param source     the pieces, from the first one whose digest is expected
     * @param length     how many bytes they have together
     * @param onMismatch runs once, before the reader is told
     */
    VerifiedPieces(InputStream source, long length, PieceDigests expected, Runnable onMismatch) {
        this.source = source;
        this.remaining = length;
        this.expected = expected;
        this.onMismatch = onMismatch;
        this.index = expected.first();
    }

    @Override
    byte[] nextFrame() throws IOException {
        if (wrong) {
            throw wrong();
        }
        if (remaining == 0) {
            return END;
        }
        int length = (int) Math.min(remaining, PieceDigests.PIECE);
        if (piece.length != length) {
            piece = new byte[length];
        }
        if (source.readNBytes(piece, 0, length) < length) {
            throw new EOFException("Content ended early");
        }
        remaining -= length;
        if (!expected.match(index++, sha256.digest(piece))) {
            wrong = true;
            onMismatch.run();
            throw wrong();
        }
        return piece;
    }

    private static IOException wrong() {
        return new IOException("The store gave back something else than was stored");
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
