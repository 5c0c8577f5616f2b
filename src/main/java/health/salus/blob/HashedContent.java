package health.salus.blob;

import org.jspecify.annotations.Nullable;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Content that computes its digests while a store reads it, so that no byte is read only to be hashed. */
final class HashedContent implements BlobContent {

    private final BlobContent content;
    private volatile @Nullable Digests digests;

    HashedContent(BlobContent content) {
        this.content = content;
        if (content.size() == 0) {
            // A store need not open what is empty.
            this.digests = new Pass().digests();
        }
    }

    @Override
    public long size() {
        return content.size();
    }

    @Override
    public InputStream open() throws IOException {
        return new HashingInputStream(content.open());
    }

    /** The digests of the content, which must have been read to its end. */
    Digests digests() {
        Digests known = digests;
        if (known == null) {
            throw new IllegalStateException("The store did not read the content to its end");
        }
        return known;
    }

    /** A retry reads again; if it reads something else, nobody can say which of the two the store has kept. */
    private synchronized void completed(Digests read) throws IOException {
        if (digests != null && !read.equals(digests)) {
            throw new IOException("Content changed while it was being stored");
        }
        digests = read;
    }

    record Digests(Sha256 sha256, Sha1 sha1) {}

    /** One reading of the content from its start. */
    private static final class Pass {

        private final MessageDigest sha256 = digest("SHA-256");
        private final MessageDigest sha1 = digest("SHA-1");
        private long count;

        void add(byte[] buffer, int offset, int length) {
            sha256.update(buffer, offset, length);
            sha1.update(buffer, offset, length);
            count += length;
        }

        Digests digests() {
            return new Digests(Sha256.of(sha256.digest()), Sha1.of(sha1.digest()));
        }

        private static MessageDigest digest(String algorithm) {
            try {
                return MessageDigest.getInstance(algorithm);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java platform has " + algorithm, e);
            }
        }
    }

    private final class HashingInputStream extends FilterInputStream {

        private final Pass pass = new Pass();

        HashingInputStream(InputStream source) {
            super(source);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            if (count > 0) {
                pass.add(buffer, offset, count);
                if (pass.count == size()) {
                    completed(pass.digests());
                }
            }
            return count;
        }

        @Override
        public long skip(long count) {
            // Bytes that are skipped would be missing from the digest.
            return 0;
        }

        @Override
        public boolean markSupported() {
            // Going back to a mark would hash bytes twice; a reader that wants them again opens the content again.
            return false;
        }
    }
}
