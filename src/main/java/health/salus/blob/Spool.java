package health.salus.blob;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;

/**
 * A piece of a stream on the local disk, so that it can be sent again if it gets lost on the way. Heap would be shared by
 * all uploads, and a slow client would keep its share for as long as it likes.
 */
final class Spool implements Closeable {

    private static final int BUFFER = 64 * 1024;

    private final FileChannel file;
    private final long size;

    private Spool(FileChannel file, long size) {
        this.file = file;
        this.size = size;
    }

    /**
     * Reads as much of a stream as there is, up to a limit.
     *
     * @throws IOException                   if the stream cannot be read
     * @throws BlobStoreUnavailableException if the disk does not take it
     */
    static Spool fill(DurableDirectories directories, Path directory, InputStream source, long limit)
            throws IOException {
        FileChannel file = create(directories, directory);
        try {
            return new Spool(file, copy(source, file, limit));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    long size() {
        return size;
    }

    /** Bytes of the piece, as often as they are wanted. */
    BlobContent slice(long offset, long length) {
        return new Slice(offset, length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** A file that has no name any more as soon as it is open: it vanishes with the process, however that ends. */
    private static FileChannel create(DurableDirectories directories, Path directory) {
        try {
            directories.ensure(directory);
            return FileChannel.open(
                    directory.resolve(UUID.randomUUID() + ".spool"),
                    Set.of(
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE));
        } catch (IOException e) {
            throw full(e);
        }
    }

    private static long copy(InputStream source, FileChannel file, long limit) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        while (size < limit) {
            int count = source.read(buffer, 0, (int) Math.min(buffer.length, limit - size));
            if (count < 0) {
                break;
            }
            write(file, ByteBuffer.wrap(buffer, 0, count));
            size += count;
        }
        return size;
    }

    private static void write(FileChannel file, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw full(e);
        }
    }

    private static BlobStoreUnavailableException full(IOException cause) {
        return new BlobStoreUnavailableException("The local disk does not take uploads now", cause);
    }

    private final class Slice implements BlobContent {

        private final long offset;
        private final long length;

        Slice(long offset, long length) {
            this.offset = offset;
            this.length = length;
        }

        @Override
        public long size() {
            return length;
        }

        @Override
        public InputStream open() {
            return new SliceInputStream(file, offset, length);
        }
    }

    /** Reads by position, so that several readers of one file do not move each other. */
    private static final class SliceInputStream extends InputStream {

        private final FileChannel file;
        private long position;
        private final long end;

        SliceInputStream(FileChannel file, long offset, long length) {
            this.file = file;
            this.position = offset;
            this.end = offset + length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (position == end) {
                return -1;
            }
            int wanted = (int) Math.min(length, end - position);
            int count = file.read(ByteBuffer.wrap(buffer, offset, wanted), position);
            position += Math.max(0, count);
            return count;
        }
    }
}
