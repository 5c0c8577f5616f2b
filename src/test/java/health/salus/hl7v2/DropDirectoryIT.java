package health.salus.hl7v2;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static health.salus.hl7v2.Laboratory.result;
import static org.assertj.core.api.Assertions.assertThat;

/** Files of messages that somebody lays into a folder. */
class DropDirectoryIT {

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    @TempDir
    Path directory;

    private Path folder;
    private DropDirectory drop;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(directory.resolve("lab"));
        drop = watch();
    }

    @Test
    void fileIsTakenInOnceItHasComeToRestAndMoved() throws Exception {
        Path file = Files.writeString(folder.resolve("a.hl7"), "BHS|^~\\&\r" + result("M1"));
        drop.look();
        Files.writeString(file, "BHS|^~\\&\r" + result("M1") + result("M2") + "BTS|2\r");
        drop.look();
        assertThat(interfaces.laboratory().rows()).isEmpty();
        drop.look();
        assertThat(interfaces.laboratory().column("control_id")).containsExactly("M1", "M2");
        assertThat(folder.resolve(".done/a.hl7")).exists();
        assertThat(file).doesNotExist();
    }

    @Test
    void fileThatACrashLeftBehindAddsNothingTheSecondTime() throws Exception {
        String content = result("M1") + result("M2");
        Files.writeString(folder.resolve("a.hl7"), content);
        lookTwice(drop);
        // The first server stored the messages and was killed before it could move the file.
        Files.writeString(folder.resolve("a.hl7"), content);
        lookTwice(watch());
        assertThat(interfaces.laboratory().rows()).hasSize(2);
        assertThat(Files.list(folder.resolve(".done"))).hasSize(2);
    }

    @Test
    void fileThatIsNotWholeIsPutAsideWithItsReasonAndNothingOfItIsKept() throws Exception {
        Files.writeString(folder.resolve("cut.hl7"), "BHS|^~\\&\r" + result("M1") + "BTS|2\r");
        Files.writeString(folder.resolve("note.txt"), "not for us");
        lookTwice(drop);
        assertThat(interfaces.laboratory().rows()).isEmpty();
        assertThat(folder.resolve(".failed/cut.hl7")).exists();
        assertThat(folder.resolve(".failed/cut.hl7.reason.txt"))
                .hasContent("BTS-1 says 2 and there are 1; nothing of it was taken in");
        assertThat(folder.resolve("note.txt")).exists();
    }

    private DropDirectory watch() {
        Laboratory laboratory = interfaces.laboratory();
        return new DropDirectory(directory, laboratory.feeds, new MessageIntake(laboratory.receivers), 1_000_000);
    }

    private static void lookTwice(DropDirectory drop) {
        drop.look();
        drop.look();
    }
}
