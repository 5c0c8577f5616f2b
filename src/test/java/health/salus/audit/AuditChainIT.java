package health.salus.audit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The trail is one unbroken chain, and whatever is done to it behind our back shows. */
class AuditChainIT {

    @TempDir
    Path keys;

    private TrailDatabase database;

    @BeforeEach
    void open() throws SQLException {
        database = new TrailDatabase(keys);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void entriesComeInTheOrderInWhichTheyWereWritten() throws SQLException {
        write(5);

        assertThat(database.count()).isEqualTo(5);
        assertThat(database.verify(Optional.empty())).isEmpty();
    }

    @Test
    void manyAtTheSameMomentMakeOneChain() throws Exception {
        AuditWriter writer = database.writer();

        inParallel(200, number -> writer);

        assertThat(database.count()).isEqualTo(200);
        assertThat(database.verify(Optional.empty())).isEmpty();
    }

    @Test
    void severalServersWriteOneChain() throws Exception {
        List<AuditWriter> servers = List.of(database.writer(), database.writer(), database.writer());

        inParallel(300, number -> servers.get(number % 3));

        assertThat(database.count()).isEqualTo(300);
        assertThat(database.verify(Optional.empty())).isEmpty();
    }

    @Test
    void writerThatStartsAgainGoesOnBehindTheLastRow() throws SQLException {
        write(3);
        database.close();
        write(2);

        assertThat(database.count()).isEqualTo(5);
        assertThat(database.verify(Optional.empty())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "UPDATE salus_audit_event SET outcome = 4",
                "DELETE FROM salus_audit_event",
                "TRUNCATE salus_audit_event",
                "SET session_replication_role = replica; DELETE FROM salus_audit_event",
            })
    void databaseRefusesToChangeWhatWasWritten(String sql) throws SQLException {
        write(1);

        assertThatThrownBy(() -> database.execute(sql)).hasMessageContaining("only grows");
        assertThat(database.count()).isEqualTo(1);
    }

    @Test
    void roleWithoutAllRightsMayOnlyAddAndRead() throws SQLException {
        database.execute("""
                DO $$ BEGIN
                    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'plain_app') THEN CREATE ROLE plain_app; END IF;
                END $$""");
        database.execute("ALTER TABLE salus_audit_event OWNER TO plain_app");
        database.execute("REVOKE UPDATE, DELETE, TRUNCATE ON salus_audit_event FROM plain_app");

        assertThatThrownBy(() -> database.execute("SET ROLE plain_app; UPDATE salus_audit_event SET outcome = 4"))
                .hasMessageContaining("permission denied");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "UPDATE salus_audit_event SET content = replace(content, 'SUCCESS', 'REFUSED') WHERE seq = 3"
                        + " # row 3: its content or place was changed",
                "DELETE FROM salus_audit_event WHERE seq = 3 # row 4: the rows from 3 to 3 before it are missing",
                "DELETE FROM salus_audit_event WHERE seq = 1 # row 2: the rows from 1 to 1 before it are missing",
                "UPDATE salus_audit_event SET terms = '{}' WHERE seq = 2 # row 2: its columns say something else",
                "UPDATE salus_audit_event SET outcome = 8 WHERE seq = 2 # row 2: its columns say something else",
                "UPDATE salus_audit_event SET recorded_at = now() WHERE seq = 2 # row 2: its columns say something else",
                "UPDATE salus_audit_event SET tenant_id = 'north' WHERE seq = 2 # row 2: its columns say something else",
                "UPDATE salus_audit_event SET content = '{}' WHERE seq = 2 # row 2: its content is no entry",
                "UPDATE salus_audit_event SET seal = hash WHERE seq = 5 # row 5: its seal is forged",
                "UPDATE salus_audit_event SET key_id = 'other' WHERE seq = 5 # row 5: it is sealed with the key other",
            })
    void whatWasChangedIsFound(String change, String finding) throws SQLException {
        write(5);

        database.tamper(change);

        assertThat(database.verify(Optional.empty()))
                .anyMatch(it -> it.toString().startsWith(finding));
    }

    @Test
    void rowsThatChangedPlacesAreFound() throws SQLException {
        write(5);

        database.tamper("UPDATE salus_audit_event SET seq = 100 WHERE seq = 2;"
                + "UPDATE salus_audit_event SET seq = 2 WHERE seq = 3;"
                + "UPDATE salus_audit_event SET seq = 3 WHERE seq = 100");

        assertThat(database.verify(Optional.empty())).extracting(Finding::seq).contains(2L, 3L);
    }

    @Test
    void rowThatSomebodyAppendedWithAGoodHashIsFound() throws SQLException {
        write(2);

        database.tamper("""
                INSERT INTO salus_audit_event
                SELECT 3, tenant_id, recorded_at, outcome, terms, content,
                       sha256(hash || int8send(3) || convert_to(content, 'UTF8')), seal, key_id
                FROM salus_audit_event WHERE seq = 2
                """);

        assertThat(database.verify(Optional.empty()))
                .containsExactly(new Finding(3, "its seal is forged: no server of ours wrote it"));
    }

    @Test
    void rowThatWasForgedStaysFoundAfterOthersFollowed() throws SQLException {
        rowThatSomebodyAppendedWithAGoodHashIsFound();
        database.close();
        write(3);

        assertThat(database.verify(Optional.empty()))
                .containsExactly(new Finding(3, "its seal is forged: no server of ours wrote it"));
    }

    @Test
    void endThatWasCutOffIsFoundByTheCheckpoint() throws SQLException {
        AuditWriter writer = write(5);
        Checkpoint checkpoint =
                Checkpoint.sign(writer.last().orElseThrow(), "2026-01-01T00:00:00Z", CheckpointKey.in(keys));

        database.tamper("DELETE FROM salus_audit_event WHERE seq > 3");

        assertThat(database.verify(Optional.of(checkpoint)))
                .containsExactly(
                        new Finding(3, "the rows behind it up to 5, which a checkpoint has signed, are missing"));
    }

    @Test
    void checkpointOfAnotherKeyIsNotOurs(@TempDir Path others) throws SQLException {
        ChainLink link = write(1).last().orElseThrow();

        Checkpoint own = Checkpoint.sign(link, "now", CheckpointKey.in(keys));
        Checkpoint foreign = Checkpoint.sign(link, "now", CheckpointKey.in(others));

        assertThat(own.isOf(CheckpointKey.in(keys))).isTrue();
        assertThat(foreign.isOf(CheckpointKey.in(keys))).isFalse();
        assertThat(new Checkpoint(2, own.hash(), own.at(), own.publicKey(), own.signature())
                        .isOf(CheckpointKey.in(keys)))
                .isFalse();
    }

    @Test
    void whatCannotBeWrittenIsRefusedInTimeAndWhatHadAnEffectIsWrittenLater() throws Exception {
        AuditWriter writer = database.writer(database.secret, Duration.ofSeconds(1));
        writer.record(TrailEntry.named("before"));
        database.execute("ALTER TABLE salus_audit_event RENAME TO away");

        assertThatThrownBy(() -> writer.record(TrailEntry.named("meanwhile")))
                .isInstanceOf(AuditUnavailableException.class);

        database.execute("ALTER TABLE away RENAME TO salus_audit_event");
        writer.record(TrailEntry.named("after"));
        assertThat(database.count()).isEqualTo(3);
        assertThat(database.verify(Optional.empty())).isEmpty();
    }

    private AuditWriter write(int entries) {
        AuditWriter writer = database.writer();
        IntStream.range(0, entries).forEach(number -> writer.record(TrailEntry.named("e" + number)));
        return writer;
    }

    private static void inParallel(int entries, java.util.function.IntFunction<AuditWriter> writer) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            List<Future<?>> waiting = new ArrayList<>();
            for (int number = 0; number < entries; number++) {
                AuditWriter own = writer.apply(number);
                AuditEntry entry = TrailEntry.named("e" + number);
                waiting.add(threads.submit(() -> own.record(entry)));
            }
            for (Future<?> one : waiting) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
