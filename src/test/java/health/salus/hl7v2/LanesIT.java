package health.salus.hl7v2;

import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static health.salus.hl7v2.Laboratory.resultOf;
import static health.salus.hl7v2.Laboratory.settings;
import static health.salus.hl7v2.MessageWorkerIT.await;
import static org.assertj.core.api.Assertions.assertThat;

/** Messages about one patient are written in the order of their arrival, those of others beside them. */
class LanesIT {

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    private final CountDownLatch firstMayGoOn = new CountDownLatch(1);

    @Test
    void messagesOfOnePatientKeepTheirOrderWhileOthersOvertake() throws Exception {
        holdUp("A1");
        send(resultOf("A", "A1"), resultOf("A", "A2"), resultOf("B", "B1"));
        laboratory().worker.start();
        await(() -> laboratory().writer.written.contains("B1"));
        assertThat(laboratory().writer.written).containsExactly("B1");

        firstMayGoOn.countDown();
        await(() -> laboratory().writer.written.size() == 3);
        assertThat(laboratory().writer.written).containsExactly("B1", "A1", "A2");
    }

    @Test
    void mergeWaitsForBothPatientsAndBothWaitForTheMerge() throws Exception {
        holdUp("B1");
        String merge = resultOf("A", "M1").replace("\rOBR|", "\rMRG|B^^^CITYHOSPITAL^MR\rOBR|");
        send(resultOf("B", "B1"), merge, resultOf("A", "A2"), resultOf("B", "B2"), resultOf("C", "C1"));
        laboratory().worker.start();
        await(() -> laboratory().writer.written.contains("C1"));
        assertThat(laboratory().writer.written).containsExactly("C1");

        firstMayGoOn.countDown();
        await(() -> laboratory().writer.written.size() == 5);
        assertThat(laboratory().writer.written).startsWith("C1", "B1", "M1");
    }

    @Test
    void sameNumberOfAnotherAuthorityIsAnotherPatient() throws Exception {
        holdUp("A1");
        send(resultOf("A", "A1"), resultOf("A", "A2").replace("CITYHOSPITAL^MR", "OTHER^MR"));
        laboratory().worker.start();
        await(() -> laboratory().writer.written.contains("A2"));
        assertThat(laboratory().writer.written).containsExactly("A2");
        firstMayGoOn.countDown();
    }

    @Test
    void messageThatIsTriedAgainHoldsUpItsPatientOnly() throws Exception {
        interfaces.reopen(settings(Map.of("workers", "1", "retry-delay", "400ms")));
        laboratory().writer.failOnce(() -> new ResourceVersionConflictException("conflict"));
        send(resultOf("A", "A1"), resultOf("A", "A2"), resultOf("B", "B1"));
        laboratory().worker.start();
        await(() -> laboratory().writer.written.size() == 3);
        assertThat(laboratory().writer.written).containsExactly("B1", "A1", "A2");
    }

    @Test
    void parkedMessageLetsItsPatientGoOn() throws Exception {
        send(resultOf("A", "A1").replace("OBR|1|", "ZBR|1|"), resultOf("A", "A2"));
        laboratory().worker.start();
        await(() -> laboratory().column("state").contains("PROCESSED"));
        assertThat(laboratory().column("state")).containsExactly("PARKED", "PROCESSED");
    }

    @Test
    void twoServersOnOneDatabaseShareTheWorkAndKeepTheOrder() throws Exception {
        List<String> messages = new ArrayList<>();
        for (int number = 0; number < 60; number++) {
            messages.add(resultOf("P" + number % 6, "P" + number % 6 + "-" + number));
        }
        send(messages.toArray(String[]::new));
        try (Laboratory other = Laboratory.reopen(
                PostgresExtension.dataSource(), settings(Map.of("workers", "3")), laboratory().writer)) {
            other.worker.start();
            laboratory().worker.start();
            await(() -> laboratory().column("state").stream().allMatch("PROCESSED"::equals));
        }
        List<String> written = laboratory().writer.written;
        assertThat(written).hasSize(60).doesNotHaveDuplicates();
        for (int patient = 0; patient < 6; patient++) {
            String prefix = "P" + patient + "-";
            List<Integer> numbers = written.stream()
                    .filter(it -> it.startsWith(prefix))
                    .map(it -> Integer.valueOf(it.substring(prefix.length())))
                    .toList();
            assertThat(numbers).hasSize(10).isSorted();
        }
    }

    @Test
    void socketIsNotReadWhileTooManyMessagesWait() throws Exception {
        interfaces.reopen(settings(Map.of("max-waiting", "2")));
        try (MllpClient client = laboratory().connect()) {
            client.ask(resultOf("A", "A1"));
            client.ask(resultOf("A", "A2"));
            Thread.sleep(700);
            client.send(MllpClient.frame(resultOf("A", "A3")));
            client.send(MllpClient.frame(resultOf("A", "A4")));
            Thread.sleep(1_500);
            assertThat(laboratory().rows().size()).isLessThan(4);
            laboratory().worker.start();
            assertThat(client.answer()).contains("MSA|AA|A3");
            assertThat(client.answer()).contains("MSA|AA|A4");
        }
        await(() -> laboratory().writer.written.size() == 4);
    }

    private void holdUp(String controlId) {
        laboratory().writer.before = it -> {
            if (it.equals(controlId)) {
                pause();
            }
        };
    }

    private void pause() {
        try {
            assertThat(firstMayGoOn.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Laboratory laboratory() {
        return interfaces.laboratory();
    }

    private void send(String... messages) throws IOException {
        try (MllpClient client = laboratory().connect()) {
            for (String message : messages) {
                assertThat(client.ask(message)).contains("MSA|AA");
            }
        }
    }
}
