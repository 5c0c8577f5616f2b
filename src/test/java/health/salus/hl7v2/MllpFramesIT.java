package health.salus.hl7v2;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;

import static health.salus.hl7v2.Laboratory.result;
import static health.salus.hl7v2.Laboratory.settings;
import static health.salus.hl7v2.MllpClient.END;
import static health.salus.hl7v2.MllpClient.START;
import static health.salus.hl7v2.MllpClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of frames, also of those that are not as they should be. The workers do not run: what is stored stays RECEIVED. */
class MllpFramesIT {

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    @Test
    void senderMayPauseInsideAFrame() throws Exception {
        String frame = frame(result("M1"));
        try (MllpClient client = laboratory().connect()) {
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
        try (MllpClient client = laboratory().connect()) {
            client.send(frames.toString());
            for (int number = 1; number <= 20; number++) {
                assertThat(client.answer()).contains("MSA|AA|M" + number + "\r");
            }
        }
        assertThat(laboratory().column("control_id")).hasSize(20).startsWith("M1", "M2", "M3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\0\0", "noise before the frame", END + "\r"})
    void bytesBetweenFramesAreIgnored(String stray) throws Exception {
        try (MllpClient client = laboratory().connect()) {
            client.send(stray + frame(result("M1")) + stray + frame(result("M2")) + stray);
            assertThat(client.answer()).contains("MSA|AA|M1");
            assertThat(client.answer()).contains("MSA|AA|M2");
            assertThat(client.ask(result("M3"))).contains("MSA|AA|M3");
        }
    }

    @Test
    void endOfFrameInsideTheContentIsContent() throws Exception {
        String message = result("M1").replace("Potassium", "Potas" + END + "sium");
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(message)).contains("MSA|AA|M1");
        }
        assertThat(laboratory().column("content")).containsExactly(message.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void frameWithoutItsLastCarriageReturnIsAnswered() throws Exception {
        try (MllpClient client = laboratory().connect()) {
            client.send(START + result("M1") + END);
            assertThat(client.answer()).contains("MSA|AA|M1");
            client.send(START + result("M2") + END + START + result("M3") + END);
            assertThat(client.answer()).contains("MSA|AA|M2");
            client.hangUpSending();
            assertThat(client.answer()).contains("MSA|AA|M3");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HTTP/1.1", "MSH", "MSHAB", "FHS|^~\\&|A", "\0\1\2", "PID|1"})
    void whatIsNoMessageIsRefusedAndNotStored(String content) throws Exception {
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(content))
                    .contains("MSA|AE||The message does not begin with an MSH segment\r")
                    .contains("ERR|||100^Segment sequence error^HL70357|E|");
            assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
        }
        assertThat(laboratory().rows()).hasSize(1);
        assertThat(laboratory()
                        .meters
                        .counter("salus.hl7v2.received", "feed", "lab", "outcome", "refused")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void everyDamagedMessageGetsExactlyOneAnswer() throws Exception {
        byte[] message = result("M1").getBytes(StandardCharsets.ISO_8859_1);
        Random random = new Random(3);
        try (MllpClient client = laboratory().connect()) {
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
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(result("M1") + result("M2"))).contains("MSA|AE|M1|A frame holds one message");
            assertThat(client.ask(result("M3") + START + result("M4"))).contains("MSA|AR|M3|A frame began inside");
            assertThat(client.ask(result("M5", "MSH|"))).contains("MSA|AA|M5");
        }
        assertThat(laboratory().column("control_id")).containsExactly("M5");
    }

    @Test
    void messageBeyondTheLimitIsRefusedAndItsConnectionClosed() throws Exception {
        interfaces.reopen(settings(10_000, 10, Duration.ofSeconds(30)));
        try (MllpClient client = laboratory().connect()) {
            client.send(frame(result("M1", "9".repeat(5_000_000))));
            assertThat(client.answer()).contains("MSA|AR|M1|The message is longer");
            assertThat(client.isClosedByServer()).isTrue();
        }
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(result("M2"))).contains("MSA|AA|M2");
        }
        assertThat(laboratory().column("control_id")).containsExactly("M2");
    }

    @Test
    void frameThatIsNeverFinishedIsRefusedAndItsConnectionClosed() throws Exception {
        interfaces.reopen(settings(10_000, 10, Duration.ofMillis(300)));
        try (MllpClient client = laboratory().connect()) {
            client.send(START + result("M1"));
            assertThat(client.answer()).contains("MSA|AR|M1|The frame was not finished in time");
            client.hangUpSending();
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(laboratory().rows()).isEmpty();
    }

    @Test
    void frameThatTheSenderAbandonsLeavesNothing() throws Exception {
        try (MllpClient client = laboratory().connect()) {
            client.send(START + result("M1"));
            client.hangUpSending();
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(laboratory().rows()).isEmpty();
    }

    private Laboratory laboratory() {
        return interfaces.laboratory();
    }
}
