package health.salus.hl7v2;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.app.Connection;
import ca.uhn.hl7v2.model.v251.message.ACK;
import ca.uhn.hl7v2.parser.GenericModelClassFactory;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static health.salus.hl7v2.Laboratory.result;
import static health.salus.hl7v2.Laboratory.settings;
import static health.salus.hl7v2.MllpClient.END;
import static health.salus.hl7v2.MllpClient.START;
import static health.salus.hl7v2.MllpClient.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a sender sees of the MLLP port. The worker does not run: what is stored stays RECEIVED. */
class MllpServerIT {

    private static EmbeddedPostgres postgres;
    private Laboratory laboratory;

    @BeforeAll
    static void startDatabase() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void open() {
        laboratory = Laboratory.open(postgres.getPostgresDatabase());
    }

    @AfterEach
    void close() {
        laboratory.close();
    }

    @Test
    void messageIsStoredAndAccepted() throws Exception {
        try (MllpClient client = laboratory.connect()) {
            String answer = client.ask(result("M1"));
            assertThat(answer)
                    .matches(
                            "MSH\\|\\^~\\\\&\\|SALUS\\|CITYHOSPITAL\\|LABSYS\\|CITYLAB\\|\\d{14}\\+0000\\|\\|"
                                    + "ACK\\^R01\\^ACK\\|[0-9a-f]{20}\\|P\\|2.5.1\\|\\|\\|\\|\\|\\|UNICODE UTF-8\rMSA\\|AA\\|M1\r");
        }
        assertThat(laboratory.column("state")).containsExactly("RECEIVED");
        assertThat(laboratory.rows().get(0))
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
            Connection connection = context.newClient("127.0.0.1", laboratory.server.port(), false);
            String answer = connection
                    .getInitiator()
                    .sendAndReceive(generic.parse(result("M1")))
                    .encode();
            ACK ack = (ACK) context.getPipeParser().parse(answer);
            assertThat(ack.getMSA().getAcknowledgmentCode().getValue()).isEqualTo("AA");
            connection.close();
        }
    }

    @Test
    void senderMayPauseInsideAFrame() throws Exception {
        String frame = frame(result("M1"));
        try (MllpClient client = laboratory.connect()) {
            client.send(frame.substring(0, 60));
            Thread.sleep(1_500);
            assertThat(client.send(frame.substring(60)).answer()).contains("MSA|AA|M1");
        }
    }

    @Test
    void framesInOneWriteAreAnsweredInTheirOrder() throws Exception {
        StringBuilder frames = new StringBuilder();
        for (int number = 1; number <= 20; number++) {
            frames.append(frame(result("M" + number)));
        }
        try (MllpClient client = laboratory.connect()) {
            client.send(frames.toString());
            for (int number = 1; number <= 20; number++) {
                assertThat(client.answer()).contains("MSA|AA|M" + number + "\r");
            }
        }
        assertThat(laboratory.column("control_id")).hasSize(20).startsWith("M1", "M2", "M3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\0\0", "noise before the frame", END + "\r"})
    void bytesBetweenFramesAreIgnored(String stray) throws Exception {
        try (MllpClient client = laboratory.connect()) {
            client.send(stray + frame(result("M1")) + stray + frame(result("M2")) + stray);
            assertThat(client.answer()).contains("MSA|AA|M1");
            assertThat(client.answer()).contains("MSA|AA|M2");
            assertThat(client.ask(result("M3"))).contains("MSA|AA|M3");
        }
    }

    @Test
    void endOfFrameInsideTheContentIsContent() throws Exception {
        String message = result("M1").replace("Potassium", "Potas" + END + "sium");
        try (MllpClient client = laboratory.connect()) {
            assertThat(client.ask(message)).contains("MSA|AA|M1");
        }
        assertThat(laboratory.column("content")).containsExactly(message.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void frameWithoutItsLastCarriageReturnIsAnswered() throws Exception {
        try (MllpClient client = laboratory.connect()) {
            client.send(START + result("M1") + END);
            assertThat(client.answer()).contains("MSA|AA|M1");
            client.send(START + result("M2") + END + START + result("M3") + END);
            assertThat(client.answer()).contains("MSA|AA|M2");
            client.hangUpSending();
            assertThat(client.answer()).contains("MSA|AA|M3");
        }
    }

    @ParameterizedTest
    @CsvSource({"UTF-8", "ISO-8859-1"})
    void bytesAreKeptAsTheyCameWhateverTheirCharacterSet(String charset) throws Exception {
        String message = result("Mü1");
        try (MllpClient client = laboratory.connect()) {
            String answer =
                    client.send(frame(message), Charset.forName(charset)).answer();
            byte[] echoed = answer.substring(answer.indexOf("MSA|AA|") + 7, answer.length() - 1)
                    .getBytes(StandardCharsets.ISO_8859_1);
            assertThat(echoed).isEqualTo("Mü1".getBytes(charset));
        }
        assertThat(laboratory.column("content")).containsExactly(message.getBytes(charset));
    }

    @Test
    void everyKindOfMessageGetsExactlyOneAnswer() throws Exception {
        try (MllpClient client = laboratory.connect()) {
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

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HTTP/1.1", "MSH", "MSHAB", "FHS|^~\\&|A", "\0\1\2", "PID|1"})
    void whatIsNoMessageIsRefusedAndNotStored(String content) throws Exception {
        try (MllpClient client = laboratory.connect()) {
            assertThat(client.ask(content))
                    .contains("MSA|AE||The message does not begin with an MSH segment\r")
                    .contains("ERR|||100^Segment sequence error^HL70357|E|");
            assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
        }
        assertThat(laboratory.rows()).hasSize(1);
        assertThat(laboratory
                        .meters
                        .counter("salus.hl7v2.received", "outcome", "refused")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void everyDamagedMessageGetsExactlyOneAnswer() throws Exception {
        byte[] message = result("M1").getBytes(StandardCharsets.ISO_8859_1);
        Random random = new Random(3);
        try (MllpClient client = laboratory.connect()) {
            for (int round = 0; round < 300; round++) {
                byte[] damaged = message.clone();
                for (int hit = 0; hit < 1 + round % 8; hit++) {
                    // The start is where the header is, and bytes from the blank upwards never end a frame.
                    damaged[random.nextInt(round % 2 == 0 ? 100 : damaged.length)] = (byte) (32 + random.nextInt(224));
                }
                client.send(frame(new String(damaged, StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
                assertThat(client.answer()).containsPattern("MSA.[AC][AER]");
            }
        }
    }

    @Test
    void severalMessagesInOneFrameAreRefused() throws Exception {
        try (MllpClient client = laboratory.connect()) {
            assertThat(client.ask(result("M1") + result("M2"))).contains("MSA|AE|M1|A frame holds one message");
            assertThat(client.ask(result("M3") + START + result("M4"))).contains("MSA|AR|M3|A frame began inside");
            assertThat(client.ask(result("M5", "MSH|"))).contains("MSA|AA|M5");
        }
        assertThat(laboratory.column("control_id")).containsExactly("M5");
    }

    @Test
    void messageWithoutMappingIsKeptAndRefused() throws Exception {
        try (MllpClient client = laboratory.connect()) {
            assertThat(client.ask(result("M1").replace("ORU^R01^ORU_R01", "ADT^A01^ADT_A01")))
                    .contains("|ACK^A01^ACK|")
                    .contains("MSA|AR|M1|No mapping for this type of message")
                    .contains("ERR||MSH^1^9|200^Unsupported message type^HL70357|E||||No mapping");
            assertThat(client.ask(result("M2").replace("ORU^R01^ORU_R01", "ORU^R99")))
                    .contains("ERR||MSH^1^9|201^Unsupported event code^HL70357|E|");
            assertThat(client.ask(
                            result("M3").replace("ORU^R01^ORU_R01", "ADT^A01").replace("2.5.1", "2.3")))
                    .contains("ERR|MSH^1^9^200&Unsupported message type&HL70357\r");
            assertThat(client.ask(result("M4").replace("ORU^R01^ORU_R01", ""))).contains("MSA|AR|M4");
        }
        assertThat(laboratory.column("state")).containsOnly("UNSUPPORTED").hasSize(4);
        assertThat(laboratory.column("reason")).doesNotContainNull();
    }

    @Test
    void senderInEnhancedModeIsToldThatTheMessageIsKept() throws Exception {
        String enhanced = result("M1").replace("|2.5.1||||||", "|2.5.1|||AL|NE||");
        try (MllpClient client = laboratory.connect()) {
            assertThat(client.ask(enhanced)).contains("MSA|CA|M1");
            assertThat(client.ask(enhanced.replace("ORU^R01", "ADT^A01"))).contains("MSA|CR|M1");
        }
    }

    @Test
    void sameMessageAgainGetsTheSameAnswerAndNoSecondRow() throws Exception {
        try (MllpClient client = laboratory.connect();
                MllpClient other = laboratory.connect()) {
            String first = client.ask(result("M1"));
            assertThat(client.ask(result("M1"))).isEqualTo(first);
            assertThat(other.ask(result("M1"))).isEqualTo(first);
            String withoutId = client.ask(result(""));
            assertThat(client.ask(result(""))).isEqualTo(withoutId);
        }
        assertThat(laboratory.column("control_id")).containsExactly("M1", "");
        assertThat(laboratory
                        .meters
                        .counter("salus.hl7v2.received", "outcome", "repeated")
                        .count())
                .isEqualTo(3);
    }

    @Test
    void sameMessageOnManyConnectionsAtOnceIsOneRow() throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(8);
        List<Future<String>> answers = new ArrayList<>();
        for (int sender = 0; sender < 8; sender++) {
            answers.add(senders.submit(() -> {
                try (MllpClient client = laboratory.connect()) {
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
        assertThat(laboratory.rows()).hasSize(1);
    }

    @Test
    void otherMessageUnderTheSameControlIdIsKeptAndMarked() throws Exception {
        try (MllpClient client = laboratory.connect()) {
            assertThat(client.ask(result("1", "4.1"))).contains("MSA|AA|1");
            assertThat(client.ask(result("1", "4.2"))).contains("MSA|AA|1");
            assertThat(client.ask(result("1", "4.3").replace("LABSYS", "OTHER")))
                    .contains("MSA|AA|1");
            assertThat(client.ask(result("", "4.1"))).contains("MSA|AA");
            assertThat(client.ask(result("", "4.2"))).contains("MSA|AA");
        }
        assertThat(laboratory.column("control_id_reused")).containsExactly(false, true, false, false, false);
    }

    @Test
    void messageThatWasUnsupportedIsTakenInOnceThereIsAMapping() throws Exception {
        NewMessage message = new NewMessage(
                MessageHeader.read(result("M1").getBytes(StandardCharsets.UTF_8))
                        .orElseThrow(),
                result("M1").getBytes(StandardCharsets.UTF_8),
                "refused".getBytes(StandardCharsets.UTF_8),
                Refusal.UNSUPPORTED_MESSAGE);
        laboratory.store.add(message);
        try (MllpClient client = laboratory.connect()) {
            assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
        }
        assertThat(laboratory.column("state")).containsExactly("RECEIVED");
        assertThat(laboratory.column("reason")).containsExactly((Object) null);
    }

    @Test
    void rowIsDurableEvenWhereTheDatabaseIsSetToBeFast() throws Exception {
        laboratory.database.sql("CREATE TABLE seen (setting text)").update();
        laboratory.database.sql("""
                CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$
                """).update();
        laboratory
                .database
                .sql("CREATE TRIGGER see AFTER INSERT ON salus_hl7v2_message EXECUTE FUNCTION see()")
                .update();
        laboratory
                .database
                .sql("ALTER DATABASE postgres SET synchronous_commit = off")
                .update();
        laboratory.connections.getHikariPoolMXBean().softEvictConnections();
        try (MllpClient client = laboratory.connect()) {
            assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
            assertThat(laboratory
                            .database
                            .sql("SHOW synchronous_commit")
                            .query(String.class)
                            .single())
                    .isEqualTo("off");
            assertThat(laboratory
                            .database
                            .sql("SELECT setting FROM seen")
                            .query(String.class)
                            .list())
                    .containsExactly("on");
        } finally {
            laboratory
                    .database
                    .sql("ALTER DATABASE postgres RESET synchronous_commit")
                    .update();
            laboratory.database.sql("DROP TRIGGER see ON salus_hl7v2_message").update();
            laboratory.database.sql("DROP FUNCTION see").update();
            laboratory.database.sql("DROP TABLE seen").update();
        }
    }

    @Test
    void messageBeyondTheLimitIsRefusedAndItsConnectionClosed() throws Exception {
        reopenWith(settings(10_000, 10, Duration.ofSeconds(30)));
        try (MllpClient client = laboratory.connect()) {
            client.send(frame(result("M1", "9".repeat(5_000_000))));
            assertThat(client.answer()).contains("MSA|AR|M1|The message is longer");
            assertThat(client.isClosedByServer()).isTrue();
        }
        try (MllpClient client = laboratory.connect()) {
            assertThat(client.ask(result("M2"))).contains("MSA|AA|M2");
        }
        assertThat(laboratory.column("control_id")).containsExactly("M2");
    }

    @Test
    void frameThatIsNeverFinishedIsRefusedAndItsConnectionClosed() throws Exception {
        reopenWith(settings(10_000, 10, Duration.ofMillis(300)));
        try (MllpClient client = laboratory.connect()) {
            client.send(START + result("M1"));
            assertThat(client.answer()).contains("MSA|AR|M1|The frame was not finished in time");
            client.hangUpSending();
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(laboratory.rows()).isEmpty();
    }

    @Test
    void frameThatTheSenderAbandonsLeavesNothing() throws Exception {
        try (MllpClient client = laboratory.connect()) {
            client.send(START + result("M1"));
            client.hangUpSending();
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(laboratory.rows()).isEmpty();
    }

    @Test
    void idleConnectionStaysOpen() throws Exception {
        reopenWith(settings(10_000, 10, Duration.ofMillis(200)));
        try (MllpClient client = laboratory.connect()) {
            assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
            Thread.sleep(1_000);
            assertThat(client.ask(result("M2"))).contains("MSA|AA|M2");
        }
    }

    @Test
    void connectionBeyondTheLimitIsClosedAndTheOthersAreServed() throws Exception {
        reopenWith(settings(10_000, 2, Duration.ofSeconds(30)));
        try (MllpClient first = laboratory.connect();
                MllpClient second = laboratory.connect()) {
            assertThat(first.ask(result("M1"))).contains("MSA|AA|M1");
            assertThat(second.ask(result("M2"))).contains("MSA|AA|M2");
            try (MllpClient third = laboratory.connect()) {
                assertThat(third.isClosedByServer()).isTrue();
            }
            assertThat(first.ask(result("M3"))).contains("MSA|AA|M3");
        }
    }

    @Test
    void acceptingGoesOnAfterAnErrorAndASocketThatCannotBeSetUpIsClosed() throws Exception {
        laboratory.close();
        laboratory = Laboratory.reopen(
                postgres.getPostgresDatabase(),
                settings(10_000, 10, Duration.ofSeconds(30)),
                FaultySockets.failing(new OutOfMemoryError(), new IllegalStateException()));
        try (MllpClient unlucky = laboratory.connect()) {
            assertThat(unlucky.isClosedByServer()).isTrue();
        }
        try (MllpClient next = laboratory.connect()) {
            assertThat(next.ask(result("M1"))).contains("MSA|AA|M1");
        }
        assertThat(laboratory.server.isAccepting()).isTrue();
    }

    @Test
    void stoppingLetsAStartedFrameBeAnswered() throws Exception {
        String frame = frame(result("M1"));
        try (MllpClient idle = laboratory.connect();
                MllpClient busy = laboratory.connect()) {
            assertThat(idle.ask(result("M0"))).contains("MSA|AA|M0");
            busy.send(frame.substring(0, 50));
            Thread.sleep(300);
            Thread stopping = new Thread(laboratory.server::stop);
            stopping.start();
            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(busy.send(frame.substring(50)).answer()).contains("MSA|AA|M1");
            assertThat(busy.isClosedByServer()).isTrue();
            stopping.join(5_000);
            assertThat(stopping.isAlive()).isFalse();
        }
        assertThat(laboratory.column("control_id")).containsExactly("M0", "M1");
    }

    @Test
    void portThatIsTakenStopsTheStart() {
        Hl7v2Settings free = settings(10_000, 2, Duration.ofSeconds(30));
        Hl7v2Settings taken = new Hl7v2Settings(
                true,
                free.address(),
                laboratory.server.port(),
                List.of(),
                free.maxFrameSize(),
                2,
                free.frameTimeout(),
                "lab",
                free.tenant(),
                null,
                null,
                free.pollInterval(),
                free.retryDelay());
        assertThatThrownBy(() -> Laboratory.reopen(postgres.getPostgresDatabase(), taken))
                .hasMessageContaining("MLLP cannot listen on port " + laboratory.server.port());
    }

    private void reopenWith(Hl7v2Settings settings) {
        laboratory.close();
        laboratory = Laboratory.open(postgres.getPostgresDatabase(), settings);
    }
}
