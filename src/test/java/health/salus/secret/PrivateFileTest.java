package health.salus.secret;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PrivateFileTest {

    @TempDir
    private Path folder;

    @Test
    void onlyTheOwnerReadsTheFileAndItsFolder() throws IOException {
        Path path = folder.resolve("keys").resolve("secret");
        new PrivateFile(path).readOrCreate(() -> "secret");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void whatIsThereStays() {
        PrivateFile file = new PrivateFile(folder.resolve("secret"));

        assertThat(file.readOrCreate(() -> "first")).isEqualTo("first");
        assertThat(file.readOrCreate(() -> "second")).isEqualTo("first");
    }

    @Test
    void failedWriteLeavesNothingBesideTheFile() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("secret"));
        Files.createFile(taken.resolve("something"));

        assertThatThrownBy(() -> new PrivateFile(taken).write("secret")).isInstanceOf(UncheckedIOException.class);

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(taken);
        }
    }

    @Test
    void withoutHardLinksTheFirstOfManyWritersWins() throws IOException {
        Path path = folder.resolve("secret");

        List<String> seen = IntStream.range(0, 50)
                .parallel()
                .mapToObj(it -> publishWithoutLinks(path, "secret " + it))
                .distinct()
                .toList();

        assertThat(seen).hasSize(1).first().asString().startsWith("secret ");
    }

    private String publishWithoutLinks(Path path, String content) {
        try {
            Path complete = Files.writeString(Files.createTempFile(folder, "secret", ".part"), content);
            new PrivateFile(path).publishOnceWithoutLinks(complete);
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void ofManyWritersAtOnceOneWinsAndAllReadWhatItWrote() throws IOException {
        PrivateFile file = new PrivateFile(folder.resolve("secret"));
        AtomicInteger number = new AtomicInteger();

        List<String> seen = IntStream.range(0, 50)
                .parallel()
                .mapToObj(it -> file.readOrCreate(() -> "secret " + number.incrementAndGet()))
                .distinct()
                .toList();

        assertThat(seen).hasSize(1);
        try (var files = Files.list(folder)) {
            assertThat(files).as("nothing is left beside it").hasSize(1);
        }
    }
}
