package health.salus.hl7v2;

import health.salus.hl7v2.KilledServer.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import static health.salus.hl7v2.Laboratory.result;
import static health.salus.hl7v2.Laboratory.resultOf;
import static health.salus.hl7v2.MessageWorkerIT.await;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code kill -9} at any step loses nothing and doubles nothing. */
class KillIT {

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NEVER"})
    void messageIsWrittenOnceWhereverTheServerIsKilled(Step step) throws Exception {
        Laboratory survivor = survivor();
        Process server = fork(step);
        try (BufferedReader output = output(server);
                MllpClient client = new MllpClient(port(output))) {
            client.send(MllpClient.frame(result("M1")));
            if (step.isAnswered()) {
                assertThat(client.answer()).contains("MSA|AA|M1");
            }
            if (step != Step.ACKNOWLEDGED) {
                awaitLine(output, "AT " + step);
            }
        } finally {
            // SIGKILL: nothing of the process runs any more.
            server.destroyForcibly().waitFor();
        }
        assertThat(survivor.rows()).hasSize(step == Step.BEFORE_STORE ? 0 : 1);

        survivor.worker.start();
        // The sender that got no answer sends again; one that got it does not, and nothing is lost by that.
        if (!step.isAnswered()) {
            try (MllpClient client = survivor.connect()) {
                assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
            }
        }
        await(() -> survivor.column("state").equals(List.of("PROCESSED")));
        assertThat(written(survivor)).containsExactly("M1");
    }

    @Test
    void whatWasAnsweredToManySendersIsWrittenOnceAfterAKillInTheMiddle() throws Exception {
        Laboratory survivor = survivor();
        Process server = fork(Step.NEVER);
        Set<String> answered = ConcurrentHashMap.newKeySet();
        List<Thread> senders = new ArrayList<>();
        try (BufferedReader output = output(server)) {
            int port = port(output);
            // A process whose output nobody reads stops when the pipe is full.
            new Thread(() -> output.lines().forEach(line -> {})).start();
            for (int number = 0; number < 4; number++) {
                String name = "S" + number;
                Thread sender = new Thread(() -> sendUntilGone(port, name, answered));
                sender.start();
                senders.add(sender);
            }
            await(() -> answered.size() > 60);
        } finally {
            server.destroyForcibly().waitFor();
        }
        for (Thread sender : senders) {
            sender.join();
        }
        survivor.worker.start();
        await(() -> survivor.column("state").stream().allMatch("PROCESSED"::equals));
        assertThat(written(survivor)).containsAll(answered).doesNotHaveDuplicates();
    }

    private static void sendUntilGone(int port, String name, Set<String> answered) {
        try (MllpClient client = new MllpClient(port)) {
            for (int number = 0; number < 10_000; number++) {
                String controlId = name + "-" + number;
                if (client.ask(resultOf("P" + number % 5, controlId)).contains("MSA|AA|" + controlId)) {
                    answered.add(controlId);
                }
            }
        } catch (IOException | AssertionError killed) {
            // The end that this test is about.
            return;
        }
    }

    private Laboratory survivor() {
        Laboratory survivor = interfaces.laboratory();
        KilledServer.makeTable(survivor.database);
        survivor.writeToTable(any -> {});
        return survivor;
    }

    private static List<String> written(Laboratory survivor) {
        return survivor.database
                .sql("SELECT control_id FROM written")
                .query(String.class)
                .list();
    }

    private static BufferedReader output(Process server) {
        return new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
    }

    private static int port(BufferedReader output) throws IOException {
        return Integer.parseInt(awaitLine(output, "PORT ").substring(5));
    }

    private static Process fork(Step step) throws Exception {
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
                        step.name())
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
