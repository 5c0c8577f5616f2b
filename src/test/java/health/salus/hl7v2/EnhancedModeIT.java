package health.salus.hl7v2;

import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

import java.util.Map;
import java.util.Set;

import static health.salus.hl7v2.Laboratory.resultOf;
import static health.salus.hl7v2.MessageWorkerIT.await;
import static health.salus.hl7v2.MllpClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Senders that ask for two answers (MSH-15, MSH-16) are told that the message is kept when it is, and what became of it when
 * that is known.
 */
class EnhancedModeIT {

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    @Test
    void secondAnswerFollowsTheMapping() throws Exception {
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(enhanced("M1", "AL", "AL"))).contains("MSA|CA|M1");
            assertThat(client.ask(resultOf("P", "M2"))).contains("MSA|AA|M2");
            laboratory().worker.start();
            assertThat(client.answer()).contains("|ACK^R01^ACK|").contains("MSA|AA|M1\r");
        }
    }

    @Test
    void senderIsToldThatAPersonHasToLookAtItsMessage() throws Exception {
        laboratory().worker.start();
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(unfit(enhanced("M1", "AL", "AL")))).contains("MSA|CA|M1");
            String outcome = client.answer();
            assertThat(outcome)
                    .contains("MSA|AE|M1|")
                    .contains("ERR|||207^Application internal error^HL70357|E||||")
                    .doesNotContain("M1||");
            assertThat(laboratory().column("state")).containsExactly("PARKED");
            assertThat(outcome.split("\r")).hasSize(3);
        }
    }

    @Test
    void senderGetsOnlyTheOutcomesItWants() throws Exception {
        laboratory().worker.start();
        try (MllpClient client = laboratory().connect()) {
            client.send(frame(enhanced("M1", "NE", "ER")));
            client.send(frame(unfit(enhanced("M2", "NE", "SU"))));
            client.send(frame(unfit(enhanced("M3", "NE", "ER"))));
            assertThat(client.answer()).contains("MSA|AE|M3");
            assertThat(client.ask(enhanced("M4", "NE", "SU"))).contains("MSA|AA|M4");
        }
        assertThat(laboratory().column("state")).containsExactly("PROCESSED", "PARKED", "PARKED", "PROCESSED");
    }

    @Test
    void outcomeThatWasNotDeliveredComesWhenTheMessageIsSentAgain() throws Exception {
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(enhanced("M1", "AL", "AL"))).contains("MSA|CA|M1");
        }
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(enhanced("M1", "AL", "AL"))).contains("MSA|CA|M1");
            laboratory().worker.start();
            assertThat(client.answer()).contains("MSA|AA|M1");
            String again = client.ask(enhanced("M1", "AL", "AL"));
            assertThat(again).contains("MSA|CA|M1");
            assertThat(client.answer()).contains("MSA|AA|M1");
        }
        assertThat(laboratory().rows()).hasSize(1);
        assertThat(laboratory().writer.written).containsExactly("M1");
    }

    @Test
    void senderWhoNeverReadsHoldsUpNobody() throws Exception {
        laboratory().worker.start();
        try (MllpClient deaf = laboratory().connect();
                MllpClient client = laboratory().connect()) {
            for (int number = 0; number < 50; number++) {
                deaf.send(frame(enhanced("D" + number, "AL", "AL")));
            }
            assertThat(client.ask(enhanced("M1", "AL", "AL"))).contains("MSA|CA|M1");
            assertThat(client.answer()).contains("MSA|AA|M1");
        }
        await(() -> laboratory().column("state").stream().allMatch("PROCESSED"::equals));
    }

    @Test
    void senderOfADiscardedMessageIsToldSo() throws Exception {
        MessageApi api = new MessageApi(
                new MessageCatalog(laboratory().database),
                laboratory().store,
                laboratory().feeds,
                laboratory().worker,
                new MessageRules(() -> laboratory().mappings, new MappingHistory(laboratory().database)),
                new DataSourceTransactionManager(laboratory().connections));
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(enhanced("M1", "AL", "AL"))).contains("MSA|CA|M1");
            long id = (Long) laboratory().rows().get(0).get("id");
            api.discard(
                    new SmartPrincipal(TenantId.DEFAULT, Role.ADMIN, null, null, Set.of(), "salus-ui", "admin"),
                    id,
                    new MessageApi.Discarding("a test message"));
            assertThat(client.answer()).contains("MSA|AE|M1|A person decided not to process the message");
        }
    }

    @Test
    void acceptedMessageWithoutMappingGetsBothAnswersAtOnce() throws Exception {
        interfaces.reopen(Laboratory.settings(Map.of("unknown-types", "accept")));
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(enhanced("M1", "AL", "AL").replace("ORU^R01", "ZZZ^Z01")))
                    .contains("MSA|CA|M1");
            assertThat(client.answer()).contains("MSA|AA|M1");
        }
    }

    private static String unfit(String message) {
        return message.replaceAll("\\|P-[A-Z0-9]+\\^", "|^");
    }

    private static String enhanced(String controlId, String commit, String outcome) {
        return resultOf("P-" + controlId, controlId)
                .replace("|2.5.1||||||", "|2.5.1|||" + commit + "|" + outcome + "||");
    }

    private Laboratory laboratory() {
        return interfaces.laboratory();
    }
}
