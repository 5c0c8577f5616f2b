package health.salus.blob;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes on their way into a store; they can be read again from the start, because a network store retries. */
public interface BlobContent {

    /** How many bytes {@link #open()} gives; a store refuses content that turns out shorter or longer. */
    long size();

    /** Opens the content at its first byte. Every call gives the same bytes; the caller closes the stream. */
    InputStream open() throws IOException;

    /** Content in memory. The array is not copied, so it must not change until the content is stored. */
    static BlobContent of(byte[] bytes) {
        return new BlobContent() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    /** Content of a file, which must not change until it is stored; fails if the file cannot be found now. */
    static BlobContent of(Path file) throws IOException {
        long size = Files.size(file);
        return new BlobContent() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }
        };
    }
}
