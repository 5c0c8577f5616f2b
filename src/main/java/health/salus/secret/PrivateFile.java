package health.salus.secret;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A small text file with a secret in it, which only the owner of the process may read.
 *
 * <p>It appears whole or not at all: a crash while it is written leaves the old content, or no file.
 *
 * @param path where the file is
 */
public record PrivateFile(Path path) {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /** Returns the content, or nothing if the file does not exist; throws {@link UncheckedIOException} if it cannot be read. */
    public Optional<String> read() {
        try {
            return Files.exists(path) ? Optional.of(Files.readString(path)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the content; throws {@link UncheckedIOException} if the disk does not take it, and leaves the old one. */
    public void write(String content) {
        writeAside(
                content,
                complete -> Files.move(
                        complete, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
    }

    /** Returns the content; if there is none yet, makes it first. Of several processes that try, one wins. */
    public String readOrCreate(Supplier<String> content) {
        return read().orElseGet(() -> {
            writeAside(content.get(), this::publishOnce);
            return read().orElseThrow();
        });
    }

    private void publishOnce(Path complete) throws IOException {
        try {
            // Unlike a move, a link never replaces what another process has put there meanwhile.
            Files.createLink(path, complete);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // Linux says "not permitted" of a file system without hard links, as FAT is.
            publishOnceWithoutLinks(complete);
        }
    }

    /**
     * Moves the file into place unless there is one. Creating it there and then writing would show others half of it, so
     * writers exclude each other by a lock beside it, which ends with its process and is therefore never deleted.
     */
    void publishOnceWithoutLinks(Path complete) throws IOException {
        Path beside = path.resolveSibling(path.getFileName() + ".lock");
        // A lock on a file excludes other processes, not other threads.
        synchronized (PrivateFile.class) {
            try (FileChannel channel = FileChannel.open(
                            beside,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            ownerOnly("rw-------"));
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && !Files.exists(path)) {
                    Files.move(complete, path, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }

    private void writeAside(String content, Step intoPlace) {
        try {
            Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
            createFolder(folder);
            Path aside = Files.createTempFile(folder, path.getFileName().toString(), ".part", ownerOnly("rw-------"));
            try {
                Files.writeString(aside, content, StandardCharsets.UTF_8);
                sync(aside, StandardOpenOption.WRITE);
                intoPlace.take(aside);
            } finally {
                Files.deleteIfExists(aside);
            }
            syncNames(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void createFolder(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (parent != null && !Files.isDirectory(folder)) {
            createFolder(parent);
            Files.createDirectories(folder, ownerOnly("rwx------"));
            syncNames(parent);
        }
    }

    /** Puts the names in a folder on the disk: a synced file without a synced name is lost with the power. */
    private static void syncNames(Path folder) throws IOException {
        if (POSIX) {
            // Windows opens no folder as a file; NTFS journals the names by itself.
            sync(folder, StandardOpenOption.READ);
        }
    }

    private static void sync(Path file, StandardOpenOption access) throws IOException {
        try (FileChannel channel = FileChannel.open(file, access)) {
            channel.force(true);
        }
    }

    // Windows has no such permissions; there the folder inherits those of the user's own files.
    private static FileAttribute<?>[] ownerOnly(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Puts a complete file where it belongs. */
    private interface Step {
        void take(Path complete) throws IOException;
    }
}
