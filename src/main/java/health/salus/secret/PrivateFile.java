package health.salus.secret;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
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
            writeAside(content.get(), complete -> {
                try {
                    // Unlike a move, a link never replaces what another process has put there meanwhile.
                    Files.createLink(path, complete);
                } catch (FileAlreadyExistsException e) {
                    return;
                } finally {
                    Files.deleteIfExists(complete);
                }
            });
            return read().orElseThrow();
        });
    }

    private void writeAside(String content, Step intoPlace) {
        try {
            Path folder = path.toAbsolutePath().getParent();
            Files.createDirectories(folder, ownerOnly("rwx------"));
            Path aside = Files.createTempFile(folder, path.getFileName().toString(), ".part", ownerOnly("rw-------"));
            Files.writeString(aside, content, StandardCharsets.UTF_8);
            try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            intoPlace.take(aside);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
