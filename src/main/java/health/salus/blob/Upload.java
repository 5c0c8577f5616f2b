package health.salus.blob;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** Content on its way into a store; remembers whether it was the content that failed and not the store. */
final class Upload implements Closeable {

    private final Source source;
    private final OptionalLong size;
    private volatile @Nullable InputStream current;
    private volatile @Nullable IOException failure;

    private Upload(Source source, OptionalLong size) {
        this.source = source;
        this.size = size;
    }

    /** An upload that can be opened again and again, and checks the size each time. */
    static Upload of(BlobContent content) {
        return new Upload(content::open, OptionalLong.of(content.size()));
    }

    /** An upload of a stream, which can be opened once. */
    static Upload of(InputStream content) {
        return new Upload(() -> content, OptionalLong.empty());
    }

    /** Opens the content anew, for the first attempt or the next, and closes the stream of the attempt before. */
    InputStream open() throws IOException {
        try {
            close();
            InputStream opened = source.open();
            current = opened;
            return new RememberingInputStream(
                    size.isPresent() ? ExactInputStream.wholeOf(opened, size.getAsLong()) : opened);
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

    private interface Source {
        InputStream open() throws IOException;
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
