package health.salus.blob;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Keeps each object in a file of its own, named as its key below one directory.
 *
 * <p>The content goes into a draft first, is forced to the disk, and gets its name by a hard link: unlike a rename, a link
 * never replaces a file that has the name already, and it appears with all its bytes or not at all. The file system must
 * know hard links, as ext4, XFS, Btrfs, ZFS, APFS and NTFS do.
 */
final class FilesystemBlobStore implements BlobStore {

    private static final Logger log = LoggerFactory.getLogger(FilesystemBlobStore.class);
    private static final String DRAFT = ".part";

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
    public void put(ObjectKey key, BlobContent content) throws IOException {
        try (Upload upload = Upload.of(content)) {
            put(key, upload);
        }
    }

    @Override
    public long put(ObjectKey key, InputStream content) throws IOException {
        // The stream is the caller's to close, so the upload is not.
        return put(key, Upload.of(content));
    }

    @Override
    public InputStream open(ObjectKey key) {
        return Channels.newInputStream(channel(key));
    }

    @Override
    public InputStream open(ObjectKey key, ByteRange range) {
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
    public Optional<ObjectFacts> inspect(ObjectKey key) {
        try {
            BasicFileAttributes file = Files.readAttributes(file(key), BasicFileAttributes.class);
            return Optional.of(new ObjectFacts(file.size(), version(file), Availability.AT_ONCE));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    @Override
    public void accept(StagingKey from, String version, BlobKey to) {
        try {
            if (!version(Files.readAttributes(file(from), BasicFileAttributes.class))
                    .equals(version)) {
                throw BlobNotFoundException.of(from);
            }
            publish(file(from), to);
        } catch (NoSuchFileException e) {
            throw BlobNotFoundException.of(from);
        } catch (IOException | UnsupportedOperationException e) {
            throw unavailable(e);
        }
    }

    /** Files have no archive. */
    @Override
    public void restore(BlobKey key) {
        if (inspect(key).isEmpty()) {
            throw BlobNotFoundException.of(key);
        }
    }

    @Override
    public void delete(ObjectKey key) {
        try {
            if (Files.deleteIfExists(file(key))) {
                directories.sync(directory(key));
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    @Override
    public int discardLeftovers(Duration age) {
        FileTime limit = FileTime.from(Instant.now().minus(age));
        int count = 0;
        try {
            for (Path directory : List.of(drafts, root.resolve(StagingKey.PREFIX))) {
                for (Path file : olderThan(limit, directory)) {
                    count += Files.deleteIfExists(file) ? 1 : 0;
                }
            }
            return count;
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private static List<Path> olderThan(FileTime limit, Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.lastModifiedTime().compareTo(limit) < 0) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    // Somebody has finished or discarded it meanwhile.
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return found;
    }

    @Override
    public Stream<ListedObject> list() {
        if (!Files.isDirectory(root)) {
            return Stream.empty();
        }
        try {
            Path staging = root.resolve(StagingKey.PREFIX);
            return Files.walk(root)
                    .filter(it -> !it.startsWith(drafts) && !it.startsWith(staging))
                    .flatMap(this::listed);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private Stream<ListedObject> listed(Path path) {
        try {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            String name = StreamSupport.stream(root.relativize(path).spliterator(), false)
                    .map(Path::toString)
                    .collect(Collectors.joining("/"));
            return file.isRegularFile() ? Stream.of(new ListedObject(name, file.size())) : Stream.empty();
        } catch (NoSuchFileException e) {
            return Stream.empty();
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    @Override
    public String storageClass(long size) {
        return "STANDARD";
    }

    /** Files of this machine have no address; whoever wants one must answer at it. */
    @Override
    public Optional<DirectUrls> directUrls() {
        return Optional.empty();
    }

    @Override
    public String toString() {
        return root.toString();
    }

    private FileChannel channel(ObjectKey key) {
        try {
            return FileChannel.open(file(key), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw BlobNotFoundException.of(key);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private long put(ObjectKey key, Upload upload) throws IOException {
        try {
            return store(key, upload);
        } catch (IOException | UnsupportedOperationException e) {
            upload.rethrowFailure();
            throw unavailable(e);
        }
    }

    private long store(ObjectKey key, Upload upload) throws IOException {
        directories.ensure(drafts);
        Path draft = Files.createTempFile(drafts, "", DRAFT);
        try {
            long size = write(upload, draft);
            publish(draft, key);
            return size;
        } finally {
            discard(draft);
        }
    }

    private static long write(Upload upload, Path draft) throws IOException {
        try (FileChannel target = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            long size = upload.open().transferTo(Channels.newOutputStream(target));
            target.force(true);
            return size;
        }
    }

    private void publish(Path complete, ObjectKey key) throws IOException {
        Path directory = directory(key);
        directories.ensure(directory);
        try {
            Files.createLink(file(key), complete);
        } catch (FileAlreadyExistsException e) {
            throw BlobExistsException.of(key);
        }
        directories.sync(directory);
    }

    /** The object is complete without this; a draft that stays costs space and nothing else. */
    private static void discard(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            log.warn("Left the draft {} behind", draft.getFileName(), e);
        }
    }

    /** A file is never written twice, so the file itself is its version. */
    private static String version(BasicFileAttributes file) {
        return file.fileKey() + "/" + file.lastModifiedTime();
    }

    private Path file(ObjectKey key) {
        return root.resolve(key.value());
    }

    private Path directory(ObjectKey key) {
        return Objects.requireNonNull(file(key).getParent());
    }

    private static BlobStoreUnavailableException unavailable(Exception cause) {
        return new BlobStoreUnavailableException("The disk neither takes nor gives blobs now", cause);
    }
}
