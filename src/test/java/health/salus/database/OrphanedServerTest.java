package health.salus.database;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Only what Salus itself has started is ended. */
class OrphanedServerTest {

    @TempDir
    private Path folder;

    private Path binaries;

    @BeforeEach
    void makeBinaries() throws IOException {
        binaries = Files.createDirectory(folder.resolve("binaries"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "nothing", "99999999999999999999"})
    void brokenNumberIsAClearFault(String content) throws IOException {
        Files.writeString(folder.resolve("postmaster.pid"), content);

        assertThatThrownBy(this::stop)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("postmaster.pid names no process");
    }

    @Test
    void programOfTheSameNameElsewhereLivesOn() throws Exception {
        Process foreign = sleeper(Files.createDirectory(folder.resolve("elsewhere")), "postgres");
        try {
            Files.writeString(folder.resolve("postmaster.pid"), foreign.pid() + "\n");
            stop();
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly().waitFor();
        }
    }

    @Test
    void serverFromOurBinariesIsEnded() throws Exception {
        Process own = sleeper(binaries, "postgres");
        Files.writeString(folder.resolve("postmaster.pid"), own.pid() + "\n");
        stop();
        assertThat(own.isAlive()).isFalse();
    }

    @Test
    void makerOfAClusterFromOurBinariesIsEnded() throws Exception {
        Process own = sleeper(binaries, "initdb");
        stop();
        assertThat(own.isAlive()).isFalse();
    }

    private void stop() throws IOException {
        new OrphanedServer(folder, binaries).stop();
    }

    private static Process sleeper(Path in, String name) throws IOException {
        Path program =
                Files.copy(Path.of("/bin/sleep").toRealPath(), in.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        return new ProcessBuilder(program.toString(), "60").start();
    }
}
