package health.salus.hl7v2;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;

import static health.salus.hl7v2.Laboratory.result;
import static health.salus.hl7v2.MessageWorkerIT.await;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code kill -9} at any step loses nothing and doubles nothing. */
class KillIT {

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    @ParameterizedTest
    @ValueSource(strings = {"STORED", "BEFORE_WRITE", "AFTER_WRITE"})
    void messageIsWrittenOnceWhereverTheServerIsKilled(String step) throws Exception {
        Laboratory survivor = interfaces.laboratory();
        KilledServer.makeTable(survivor.database);
        survivor.writeToTable(any -> {});
        Process server = fork(step);
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            int port = Integer.parseInt(awaitLine(output, "PORT ").substring(5));
            try (MllpClient client = new MllpClient(port)) {
                client.send(MllpClient.frame(result("M1")));
                awaitLine(output, "AT " + step);
            }
        } finally {
            // SIGKILL: nothing of the process runs any more.
            server.destroyForcibly().waitFor();
        }
        survivor.worker.start();
        // The sender that got no answer sends again; one that got it does not, and nothing is lost by that.
        if (step.equals("STORED")) {
            try (MllpClient client = survivor.connect()) {
                assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
            }
        }
        await(() -> survivor.column("state").equals(List.of("PROCESSED")));
        assertThat(survivor.database
                        .sql("SELECT control_id FROM written")
                        .query(String.class)
                        .list())
                .containsExactly("M1");
    }

    private static Process fork(String step) throws Exception {
        String url;
        try (Connection connection = PostgresExtension.dataSource().getConnection()) {
            url = connection.getMetaData().getURL() + "?user="
                    + connection.getMetaData().getUserName();
        }
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KilledServer.class.getName(),
                        url,
                        step)
                .redirectErrorStream(true)
                .start();
    }

    private static String awaitLine(BufferedReader output, String start) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(start)) {
                return line;
            }
            all.append(line).append('\n');
        }
        throw new AssertionError("The server ended: " + all);
    }
}
