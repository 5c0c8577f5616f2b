package health.salus.blob;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps each object in a file of its own, {@code root/{tenant}/{2 hex}/{uuid}}.
 *
 * <p>The content goes into a draft first, is forced to the disk, and gets its name by a hard link: unlike a rename, a link
 * never replaces a file that has the name already, and it appears with all its bytes or not at all. The file system must
 * know hard links, as ext4, XFS, Btrfs, ZFS, APFS and NTFS do.
 */
final class FilesystemBlobStore implements BlobStore {

    private static final Logger log = LoggerFactory.getLogger(FilesystemBlobStore.class);

    private final Path root;
    // Below the root, because a link cannot cross file systems; the dot keeps it apart from every tenant.
    private final Path drafts;
    private final DurableDirectories directories;

    /** @param root the directory of all objects; made at the first use, the directories above it too */
    FilesystemBlobStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
        this.drafts = this.root.resolve(".drafts");
        this.directories = new DurableDirectories(this.root);
    }

    @Override
    public void put(BlobKey key, BlobContent content) throws IOException {
        try (Upload upload = new Upload(content)) {
            try {
                store(key, upload);
            } catch (IOException | UnsupportedOperationException e) {
                upload.rethrowFailure();
                throw unavailable(e);
            }
        }
    }

    @Override
    public InputStream open(BlobKey key) {
        return Channels.newInputStream(channel(key));
    }

    @Override
    public InputStream open(BlobKey key, ByteRange range) {
        FileChannel channel = channel(key);
        try {
            if (range.fits(channel.size())) {
                channel.position(range.offset());
                return ExactInputStream.partOf(Channels.newInputStream(channel), range.length());
            }
            channel.close();
        } catch (IOException e) {
            throw unavailable(e);
        }
        throw BlobRangeException.of(key);
    }

    @Override
    public void delete(BlobKey key) {
        try {
            if (Files.deleteIfExists(file(key))) {
                directories.sync(shard(key));
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    @Override
    public String toString() {
        return root.toString();
    }

    private FileChannel channel(BlobKey key) {
        try {
            return FileChannel.open(file(key), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw BlobNotFoundException.of(key);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private void store(BlobKey key, Upload upload) throws IOException {
        directories.ensure(drafts);
        Path draft = Files.createTempFile(drafts, "", ".part");
        try {
            write(upload, draft);
            publish(draft, key);
        } finally {
            discard(draft);
        }
    }

    private static void write(Upload upload, Path draft) throws IOException {
        try (FileChannel target = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            upload.open().transferTo(Channels.newOutputStream(target));
            target.force(true);
        }
    }

    private void publish(Path draft, BlobKey key) throws IOException {
        Path shard = shard(key);
        directories.ensure(shard);
        try {
            Files.createLink(file(key), draft);
        } catch (FileAlreadyExistsException e) {
            throw BlobExistsException.of(key);
        }
        directories.sync(shard);
    }

    /** The object is complete without this; a draft that stays costs space and nothing else. */
    private static void discard(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            log.warn("Left the draft {} behind", draft.getFileName(), e);
        }
    }

    private Path shard(BlobKey key) {
        return root.resolve(key.tenant().value()).resolve(key.shard());
    }

    private Path file(BlobKey key) {
        return shard(key).resolve(key.object().toString());
    }

    private static BlobStoreUnavailableException unavailable(Exception cause) {
        return new BlobStoreUnavailableException("The disk neither takes nor gives blobs now", cause);
    }
}
