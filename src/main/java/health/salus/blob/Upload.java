package health.salus.blob;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Content on its way into a store; remembers whether it was the content that failed and not the store. */
final class Upload implements Closeable {

    private final BlobContent content;
    private volatile @Nullable InputStream current;
    private volatile @Nullable IOException failure;

    Upload(BlobContent content) {
        this.content = content;
    }

    /** Opens the content anew, for the first attempt or the next, and closes the stream of the attempt before. */
    InputStream open() throws IOException {
        try {
            close();
            InputStream source = content.open();
            current = source;
            return new RememberingInputStream(ExactInputStream.wholeOf(source, content.size()));
        } catch (IOException e) {
            throw remember(e);
        }
    }

    /** Throws what the content threw; does nothing if it could be read. */
    void rethrowFailure() throws IOException {
        IOException known = failure;
        if (known != null) {
            throw known;
        }
    }

    @Override
    public void close() throws IOException {
        InputStream open = current;
        if (open != null) {
            open.close();
        }
    }

    private IOException remember(IOException cause) {
        failure = cause;
        return cause;
    }

    private final class RememberingInputStream extends FilterInputStream {

        RememberingInputStream(InputStream source) {
            super(source);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                throw remember(e);
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return super.read(buffer, offset, length);
            } catch (IOException e) {
                throw remember(e);
            }
        }
    }
}
