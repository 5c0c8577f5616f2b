package health.salus.audit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A server that is killed has answered nothing that is not in the trail. */
class AuditCrashIT {

    private static final String ANSWER = "answered ";

    @TempDir
    Path keys;

    private TrailDatabase database;

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatWasAnsweredBeforeTheKillIsInTheTrail() throws Exception {
        database = new TrailDatabase(keys);
        Process server = start();
        List<String> answered = new ArrayList<>();
        try (BufferedReader answers = server.inputReader()) {
            for (int count = 0; count < 300; count++) {
                answered.add(answer(answers));
            }
            // Through its handle, which leaves open what it has written.
            server.toHandle().destroyForcibly();
        }
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();

        assertThat(written()).containsAll(answered);
        assertThat(database.verify(Optional.empty())).isEmpty();

        database.writer().record(TrailEntry.named("next"));
        assertThat(database.verify(Optional.empty())).isEmpty();
    }

    private static String answer(BufferedReader answers) throws IOException {
        String line = answers.readLine();
        while (!line.startsWith(ANSWER)) {
            line = answers.readLine();
        }
        return line.substring(ANSWER.length());
    }

    private Set<String> written() throws SQLException {
        Set<String> events = new HashSet<>();
        try (Connection connection = database.source.getConnection()) {
            new AuditRows(connection)
                    .forEachBehind(
                            0, row -> events.add(row.row().content().replaceAll(".*\"event\":\"([^\"]*)\".*", "$1")));
        }
        return events;
    }

    private Process start() throws Exception {
        String url;
        try (Connection connection = database.source.getConnection()) {
            url = connection.getMetaData().getURL();
        }
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName(),
                        url,
                        keys.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Answers as fast as it can, from several threads. */
    static final class Server {

        private Server() {}

        public static void main(String[] arguments) {
            PGSimpleDataSource database = new PGSimpleDataSource();
            database.setUrl(arguments[0]);
            database.setUser("postgres");
            AuditWriter writer =
                    new AuditWriter(database, AuditSecret.in(Path.of(arguments[1])), Duration.ofSeconds(20));
            writer.start();
            for (int thread = 0; thread < 4; thread++) {
                String name = "t" + thread;
                new Thread(() -> {
                            for (int number = 0; true; number++) {
                                writer.record(TrailEntry.named(name + "-" + number));
                                System.out.println(ANSWER + name + "-" + number);
                            }
                        })
                        .start();
            }
        }
    }
}
