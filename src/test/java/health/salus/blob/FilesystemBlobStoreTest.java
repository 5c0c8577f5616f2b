package health.salus.blob;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Objects as files below one directory. */
class FilesystemBlobStoreTest extends BlobStoreContract {

    private static final BlobContent CONTENT = BlobContent.of("content".getBytes(UTF_8));

    @TempDir
    private Path directory;

    @Override
    BlobStore store() {
        return new FilesystemBlobStore(root());
    }

    @Test
    void objectIsTheOnlyFileThatPutLeaves() throws Exception {
        BlobKey key = newKey();

        store().put(key, CONTENT);

        assertThat(files()).containsExactly(root().resolve(key.value()));
    }

    @Test
    void refusedPutLeavesNoFile() throws Exception {
        BlobKey key = newKey();
        store().put(key, CONTENT);

        assertThatExceptionOfType(BlobExistsException.class).isThrownBy(() -> store().put(key, CONTENT));

        assertThat(files()).hasSize(1);
    }

    @Test
    void objectsAreReadableByTheirOwnerAlone() throws Exception {
        BlobKey key = newKey();

        store().put(key, CONTENT);

        Path file = root().resolve(key.value());
        assertThat(Files.getPosixFilePermissions(file))
                .allMatch(permission -> permission.name().startsWith("OWNER"));
        assertThat(Files.getPosixFilePermissions(root()))
                .allMatch(permission -> permission.name().startsWith("OWNER"));
    }

    @Test
    void objectsOutliveTheStore() throws Exception {
        BlobKey key = newKey();
        store().put(key, CONTENT);

        assertThat(read(new FilesystemBlobStore(root()).open(key)))
                .asString(UTF_8)
                .isEqualTo("content");
    }

    @Test
    void directoriesThatVanishWhileTheServerRunsAreMadeAgain() throws Exception {
        BlobStore store = store();
        store.put(newKey(), CONTENT);
        FileSystemUtils.deleteRecursively(root());
        BlobKey key = newKey();

        store.put(key, CONTENT);

        assertThat(read(store.open(key))).asString(UTF_8).isEqualTo("content");
    }

    @Test
    void diskThatTakesNothingIsUnavailable() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        BlobStore store = new FilesystemBlobStore(file);

        assertThatExceptionOfType(BlobStoreUnavailableException.class).isThrownBy(() -> store.put(newKey(), CONTENT));
        assertThatExceptionOfType(BlobStoreUnavailableException.class).isThrownBy(() -> store.open(newKey()));
        assertThatExceptionOfType(BlobStoreUnavailableException.class).isThrownBy(() -> store.delete(newKey()));
    }

    private Path root() {
        return directory.resolve("data").resolve("blobs");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }
}
