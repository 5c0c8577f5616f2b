package health.salus.audit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code audit verify} tells a sound trail from a damaged one by its exit code, and says where the damage is. */
class VerifyCommandIT {

    @TempDir
    Path data;

    private final StringWriter out = new StringWriter();
    private TrailDatabase database;
    private AuditWriter writer;

    @BeforeEach
    void write() throws Exception {
        database = new TrailDatabase(data.resolve("keys"));
        writer = database.writer();
        for (int number = 0; number < 4; number++) {
            writer.record(TrailEntry.named("e" + number));
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void soundTrailIsSound() throws Exception {
        assertThat(verify()).isZero();
        assertThat(out.toString()).contains("4 rows").contains("no checkpoint");
    }

    @Test
    void changedRowIsNamed() throws Exception {
        database.tamper("UPDATE salus_audit_event SET content = replace(content, 'e2', 'e9') WHERE seq = 3");

        assertThat(verify()).isEqualTo(1);
        assertThat(out.toString()).contains("row 3: its content or place was changed");
    }

    @Test
    void endThatIsGoneIsMissedByTheCheckpointOnDisk() throws Exception {
        new Checkpoints(data, () -> writer.last()).note();
        assertThat(verify()).isZero();

        database.tamper("DELETE FROM salus_audit_event WHERE seq = 4");

        assertThat(verify()).isEqualTo(1);
        assertThat(out.toString()).contains("are missing");
    }

    @Test
    void checkpointThatSomebodyWroteIsRefused() throws Exception {
        new Checkpoints(data, () -> writer.last()).note();
        Path file = data.resolve("audit/checkpoint.json");
        Files.writeString(file, Files.readString(file).replace("\"seq\":4", "\"seq\":3"));

        assertThat(verify()).isEqualTo(1);
        assertThat(out.toString()).contains("its signature is not this server's");
    }

    @Test
    void rowsOfAServerWhoseKeyIsNotHereAreNamedUntilItIsGiven(@TempDir Path otherKeys) throws Exception {
        AuditSecret other = AuditSecret.in(otherKeys);
        database.writer(other, java.time.Duration.ofSeconds(20)).record(TrailEntry.named("elsewhere"));

        assertThat(verify()).isEqualTo(1);
        assertThat(verify("--key", otherKeys.resolve(AuditSecret.FILE).toString()))
                .isZero();
    }

    @Test
    void databaseThatIsNotThereIsAnotherExitCode() {
        CommandLine command = new CommandLine(new VerifyCommand()).setErr(new PrintWriter(out));

        assertThat(command.execute("--data-dir", data.resolve("empty").toString(), "--db-url", ""))
                .isEqualTo(2);
        assertThat(Optional.of(out.toString()))
                .hasValueSatisfying(it -> assertThat(it).contains("cannot be read"));
    }

    private int verify(String... more) throws Exception {
        String url;
        try (Connection connection = database.source.getConnection()) {
            url = connection.getMetaData().getURL();
        }
        String[] arguments = java.util.Arrays.copyOf(
                new String[] {"--data-dir", data.toString(), "--db-url", url, "--db-user", "postgres"},
                6 + more.length);
        System.arraycopy(more, 0, arguments, 6, more.length);
        return new CommandLine(new VerifyCommand()).setOut(new PrintWriter(out)).execute(arguments);
    }
}
