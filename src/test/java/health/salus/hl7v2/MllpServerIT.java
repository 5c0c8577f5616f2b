package health.salus.hl7v2;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.app.Connection;
import ca.uhn.hl7v2.model.v251.message.ACK;
import ca.uhn.hl7v2.parser.GenericModelClassFactory;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static health.salus.hl7v2.Laboratory.result;
import static health.salus.hl7v2.Laboratory.settings;
import static health.salus.hl7v2.MllpClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

/** What a sender is answered and what is kept. The workers do not run: what is stored stays RECEIVED. */
class MllpServerIT {

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    @Test
    void messageIsStoredAndAccepted() throws Exception {
        try (MllpClient client = laboratory().connect()) {
            String answer = client.ask(result("M1"));
            assertThat(answer)
                    .matches(
                            "MSH\\|\\^~\\\\&\\|SALUS\\|CITYHOSPITAL\\|LABSYS\\|CITYLAB\\|\\d{14}\\+0[12]00\\|\\|"
                                    + "ACK\\^R01\\^ACK\\|[0-9a-f]{20}\\|P\\|2.5.1\\|\\|\\|\\|\\|\\|UNICODE UTF-8\rMSA\\|AA\\|M1\r");
        }
        assertThat(laboratory().column("state")).containsExactly("RECEIVED");
        assertThat(laboratory().rows().get(0))
                .containsEntry("tenant_id", "default")
                .containsEntry("feed", "lab")
                .containsEntry("sending_application", "LABSYS")
                .containsEntry("sending_facility", "CITYLAB")
                .containsEntry("control_id", "M1")
                .containsEntry("message_type", "ORU^R01")
                .containsEntry("control_id_reused", false)
                .containsEntry("content", result("M1").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void answerIsReadByTheLibraryThatMostSendersUse() throws Exception {
        try (DefaultHapiContext context = new DefaultHapiContext()) {
            context.setValidationContext(ValidationContextFactory.noValidation());
            PipeParser generic = new PipeParser(new GenericModelClassFactory());
            generic.setValidationContext(ValidationContextFactory.noValidation());
            Connection connection =
                    context.newClient("127.0.0.1", laboratory().server.port(), false);
            String answer = connection
                    .getInitiator()
                    .sendAndReceive(generic.parse(result("M1")))
                    .encode();
            ACK ack = (ACK) context.getPipeParser().parse(answer);
            assertThat(ack.getMSA().getAcknowledgmentCode().getValue()).isEqualTo("AA");
            connection.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"UTF-8", "ISO-8859-1"})
    void bytesAreKeptAsTheyCameWhateverTheirCharacterSet(String charset) throws Exception {
        String message = result("Mü1");
        try (MllpClient client = laboratory().connect()) {
            String answer =
                    client.send(frame(message), Charset.forName(charset)).answer();
            byte[] echoed = answer.substring(answer.indexOf("MSA|AA|") + 7, answer.length() - 1)
                    .getBytes(StandardCharsets.ISO_8859_1);
            assertThat(echoed).isEqualTo("Mü1".getBytes(charset));
        }
        assertThat(laboratory().column("content")).containsExactly(message.getBytes(charset));
    }

    @Test
    void everyKindOfMessageGetsExactlyOneAnswer() throws Exception {
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(result("").replace('\r', '\n'))).contains("MSA|AA\r");
            assertThat(client.ask(result("V").replace("|2.5.1|", "|2.9|")))
                    .contains("MSA|AA|V")
                    .contains("|P|2.9|");
            assertThat(client.ask(result("A") + "MSA|AA|1234\r")).contains("MSA|AA|A");
            assertThat(client.ask("MSH|^~\\&\r")).contains("MSA|AR");
            assertThat(client.ask(result("E").replace('|', '$'))).contains("MSA$AA$E");
            assertThat(client.ask("\uFEFF" + result("B"))).contains("MSA|AA|B");
        }
    }

    @Test
    void messageWithoutMappingIsKeptAndRefused() throws Exception {
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(result("M1").replace("ORU^R01^ORU_R01", "DFT^P03^DFT_P03")))
                    .contains("|ACK^P03^ACK|")
                    .contains("MSA|AR|M1|No mapping for this type of message")
                    .contains("ERR||MSH^1^9|200^Unsupported message type^HL70357|E||||No mapping");
            assertThat(client.ask(result("M2").replace("ORU^R01^ORU_R01", "ORU^R99")))
                    .contains("ERR||MSH^1^9|201^Unsupported event code^HL70357|E|");
            assertThat(client.ask(
                            result("M3").replace("ORU^R01^ORU_R01", "DFT^P03").replace("2.5.1", "2.3")))
                    .contains("ERR|MSH^1^9^200&Unsupported message type&HL70357\r");
            assertThat(client.ask(result("M4").replace("ORU^R01^ORU_R01", ""))).contains("MSA|AR|M4");
        }
        assertThat(laboratory().column("state")).containsOnly("UNSUPPORTED").hasSize(4);
        assertThat(laboratory().column("reason")).doesNotContainNull();
    }

    @Test
    void senderInEnhancedModeIsToldThatTheMessageIsKept() throws Exception {
        String enhanced = result("M1").replace("|2.5.1||||||", "|2.5.1|||AL|NE||");
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(enhanced)).contains("MSA|CA|M1");
            assertThat(client.ask(enhanced.replace("ORU^R01", "DFT^P03"))).contains("MSA|CR|M1");
        }
    }

    @Test
    void senderInEnhancedModeGetsOnlyTheAnswersItWants() throws Exception {
        String onlyErrors = result("M1").replace("|2.5.1||||||", "|2.5.1|||ER|NE||");
        String onlySuccess = result("M2").replace("|2.5.1||||||", "|2.5.1|||NE|SU||");
        try (MllpClient client = laboratory().connect()) {
            client.send(frame(onlyErrors));
            client.send(frame(onlySuccess));
            assertThat(client.ask(onlyErrors.replace("ORU^R01", "DFT^P03"))).contains("MSA|CR|M1");
            client.send(frame(onlySuccess.replace("ORU^R01", "DFT^P03")));
            assertThat(client.ask(result("M3"))).contains("MSA|AA|M3");
        }
        assertThat(laboratory().column("control_id")).containsExactly("M1", "M2", "M1", "M2", "M3");
    }

    @Test
    void sameMessageAgainGetsTheSameAnswerAndNoSecondRow() throws Exception {
        try (MllpClient client = laboratory().connect();
                MllpClient other = laboratory().connect()) {
            String first = client.ask(result("M1"));
            assertThat(client.ask(result("M1"))).isEqualTo(first);
            assertThat(other.ask(result("M1"))).isEqualTo(first);
            String withoutId = client.ask(result(""));
            assertThat(client.ask(result(""))).isEqualTo(withoutId);
        }
        assertThat(laboratory().column("control_id")).containsExactly("M1", "");
        assertThat(laboratory()
                        .meters
                        .counter("salus.hl7v2.received", "feed", "lab", "outcome", "repeated")
                        .count())
                .isEqualTo(3);
    }

    @Test
    void sameMessageOnManyConnectionsAtOnceIsOneRow() throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(8);
        List<Future<String>> answers = new ArrayList<>();
        for (int sender = 0; sender < 8; sender++) {
            answers.add(senders.submit(() -> {
                try (MllpClient client = laboratory().connect()) {
                    return client.ask(result("M1"));
                }
            }));
        }
        List<String> texts = new ArrayList<>();
        for (Future<String> answer : answers) {
            texts.add(answer.get());
        }
        senders.shutdown();
        assertThat(texts).allMatch(it -> it.contains("MSA|AA|M1")).containsOnly(texts.get(0));
        assertThat(laboratory().rows()).hasSize(1);
    }

    @Test
    void otherMessageUnderTheSameControlIdIsKeptAndMarked() throws Exception {
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(result("1", "4.1"))).contains("MSA|AA|1");
            assertThat(client.ask(result("1", "4.2"))).contains("MSA|AA|1");
            assertThat(client.ask(result("1", "4.3").replace("LABSYS", "OTHER")))
                    .contains("MSA|AA|1");
            assertThat(client.ask(result("", "4.1"))).contains("MSA|AA");
            assertThat(client.ask(result("", "4.2"))).contains("MSA|AA");
        }
        assertThat(laboratory().column("control_id_reused")).containsExactly(false, true, false, false, false);
    }

    @Test
    void messageThatWasUnsupportedIsTakenInOnceThereIsAMapping() throws Exception {
        NewMessage message = new NewMessage(
                MessageHeader.read(result("M1").getBytes(StandardCharsets.UTF_8))
                        .orElseThrow(),
                result("M1").getBytes(StandardCharsets.UTF_8),
                Reply.of("refused".getBytes(StandardCharsets.UTF_8)),
                Refusal.UNSUPPORTED_MESSAGE);
        laboratory().store.add(Feeds.of(settings(Map.of())).of("lab"), message);
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
        }
        assertThat(laboratory().column("state")).containsExactly("RECEIVED");
        assertThat(laboratory().column("reason")).containsExactly((Object) null);
    }

    @Test
    void rowIsDurableEvenWhereTheDatabaseIsSetToBeFast() throws Exception {
        laboratory().database.sql("CREATE TABLE seen (setting text)").update();
        laboratory().database.sql("""
                CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$
                """).update();
        laboratory()
                .database
                .sql("CREATE TRIGGER see AFTER INSERT ON salus_hl7v2_message EXECUTE FUNCTION see()")
                .update();
        laboratory()
                .database
                .sql("ALTER DATABASE postgres SET synchronous_commit = off")
                .update();
        laboratory().connections.getHikariPoolMXBean().softEvictConnections();
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
            assertThat(laboratory()
                            .database
                            .sql("SHOW synchronous_commit")
                            .query(String.class)
                            .single())
                    .isEqualTo("off");
            assertThat(laboratory()
                            .database
                            .sql("SELECT setting FROM seen")
                            .query(String.class)
                            .list())
                    .containsExactly("on");
        } finally {
            laboratory()
                    .database
                    .sql("ALTER DATABASE postgres RESET synchronous_commit")
                    .update();
            laboratory().database.sql("DROP TRIGGER see ON salus_hl7v2_message").update();
            laboratory().database.sql("DROP FUNCTION see").update();
            laboratory().database.sql("DROP TABLE seen").update();
        }
    }

    private Laboratory laboratory() {
        return interfaces.laboratory();
    }
}
