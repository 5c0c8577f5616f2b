package health.salus.blob;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;

/** One reading of some content from its start, and the digests of its pieces. */
final class PieceDigesting {

    private final MessageDigest sha256 = Digesting.sha256();
    private final ByteArrayOutputStream digests = new ByteArrayOutputStream();
    private int filled;

    void add(byte[] buffer, int offset, int length) {
        int position = offset;
        int end = offset + length;
        while (position < end) {
            int count = Math.min(end - position, PieceDigests.PIECE - filled);
            sha256.update(buffer, position, count);
            position += count;
            filled += count;
            if (filled == PieceDigests.PIECE) {
                endPiece();
            }
        }
    }

    /** Ends the reading: nothing can be added afterwards. */
    PieceDigests finish() {
        if (filled > 0) {
            endPiece();
        }
        return new PieceDigests(0, digests.toByteArray());
    }

    private void endPiece() {
        digests.writeBytes(sha256.digest());
        filled = 0;
    }
}
