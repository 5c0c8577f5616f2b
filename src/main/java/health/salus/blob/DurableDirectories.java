package health.salus.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The directories below a root, made so that they, and the names in them, survive a power failure. */
final class DurableDirectories {

    private final Path root;
    private final boolean posix;
    private final Set<Path> durable = ConcurrentHashMap.newKeySet();

    DurableDirectories(Path root) {
        this.root = root;
        this.posix = root.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** Makes sure that a directory, the root or one below it, exists and that its own name is on the disk. */
    void ensure(Path directory) throws IOException {
        if (!durable.contains(directory) || !Files.isDirectory(directory)) {
            create(directory);
        }
    }

    /** Puts the names in a directory on the disk: a synced file without a synced name is lost with the power. */
    void sync(Path directory) throws IOException {
        if (!posix) {
            // Windows opens no directory as a file; NTFS journals the names by itself.
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** One at a time, so that nobody relies on a directory that another thread has made but not yet synced. */
    private synchronized void create(Path directory) throws IOException {
        Path parent = directory.getParent();
        boolean ours = directory.startsWith(root);
        if (parent != null && (ours || !Files.isDirectory(directory))) {
            create(parent);
            createOne(directory, ours ? ownerOnly() : new FileAttribute<?>[0]);
            sync(parent);
        }
        if (ours) {
            durable.add(directory);
        }
    }

    private void createOne(Path directory, FileAttribute<?>... attributes) throws IOException {
        try {
            Files.createDirectory(directory, attributes);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    /** Objects are nobody else's on this machine; what lies above the root may be shared. */
    private FileAttribute<?>[] ownerOnly() {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }
}
