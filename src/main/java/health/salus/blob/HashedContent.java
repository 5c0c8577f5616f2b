package health.salus.blob;

import org.jspecify.annotations.Nullable;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Content of known size that computes its digests while a store reads it, which may be more than once. */
final class HashedContent implements BlobContent {

    private final BlobContent content;
    private volatile @Nullable ContentDigests digests;

    HashedContent(BlobContent content) {
        this.content = content;
        if (content.size() == 0) {
            // A store need not open what is empty.
            this.digests = new Digesting().finish();
        }
    }

    @Override
    public long size() {
        return content.size();
    }

    @Override
    public InputStream open() throws IOException {
        Digesting digesting = new Digesting();
        return new CompletingInputStream(new DigestingInputStream(content.open(), digesting), digesting);
    }

    /** The digests of the content, which must have been read to its end. */
    ContentDigests digests() {
        ContentDigests known = digests;
        if (known == null) {
            throw new IllegalStateException("The store did not read the content to its end");
        }
        return known;
    }

    /** A retry reads again; if it reads something else, nobody can say which of the two the store has kept. */
    private synchronized void completed(ContentDigests read) throws IOException {
        if (digests != null && !read.equals(digests)) {
            throw new IOException("Content changed while it was being stored");
        }
        digests = read;
    }

    /** Notices the last byte and not the end: who knows the size does not ask for more. */
    private final class CompletingInputStream extends FilterInputStream {

        private final Digesting digesting;
        private boolean complete = size() == 0;

        CompletingInputStream(InputStream source, Digesting digesting) {
            super(source);
            this.digesting = digesting;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            notice();
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            notice();
            return count;
        }

        private void notice() throws IOException {
            if (!complete && digesting.size() == size()) {
                complete = true;
                completed(digesting.finish());
            }
        }
    }
}
