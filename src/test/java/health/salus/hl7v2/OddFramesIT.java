package health.salus.hl7v2;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import static health.salus.hl7v2.Laboratory.result;
import static health.salus.hl7v2.Laboratory.settings;
import static health.salus.hl7v2.MessageWorkerIT.await;
import static health.salus.hl7v2.MllpClient.END;
import static health.salus.hl7v2.MllpClient.START;
import static health.salus.hl7v2.MllpClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

/** Every frame gets exactly one answer, whatever is in it: the answer after it belongs to the frame after it. */
class OddFramesIT {

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    static Stream<Arguments> frames() {
        return Stream.of(
                Arguments.of("nothing", "", "MSA|AE"),
                Arguments.of("garbage", "\u0001\u0002garbage", "MSA|AE"),
                Arguments.of("only the name of the header", "MSH|", "MSA|A"),
                Arguments.of("only delimiters", "MSH|^~\\&\r", "MSA|AR"),
                Arguments.of("no control id", result(""), "MSA|AA"),
                Arguments.of("a control id of blanks", result("   "), "MSA|AA|   "),
                Arguments.of("a control id with delimiters", result("A^B~C&D"), "MSA|AA|A^B~C&D"),
                Arguments.of("a control id of 5,000 characters", result("9".repeat(5_000)), "MSA|AA|999"),
                Arguments.of("an unknown version", result("ODD").replace("|2.5.1|", "|99|"), "MSA|AA|ODD"),
                Arguments.of("a version with parts", result("ODD").replace("|2.5.1|", "|2.5^DEU&&HL7|"), "MSA|AA|ODD"),
                Arguments.of("an acknowledgment", "MSH|^~\\&|A|B|C|D|2026||ACK|ODD|P|2.5\rMSA|AA|1\r", "MSA|AR|ODD"),
                Arguments.of("an MSA inside", result("ODD") + "MSA|AA|1\r", "MSA|AA|ODD"),
                Arguments.of("a NUL in the header", result("O\0D"), "MSA|AA|O"),
                Arguments.of("NULs in fields", result("ODD", "4\0.1"), "MSA|AA|ODD"),
                Arguments.of("a NUL as patient number", result("ODD").replace("4711", "\0"), "MSA|AA|ODD"),
                Arguments.of(
                        "two character sets", result("ODD").replace("Erika", "Erika\u00c3\u00bc\u00ff"), "MSA|AA|ODD"),
                Arguments.of("100,000 empty segments", result("ODD") + "\r".repeat(100_000), "MSA|AA|ODD"),
                Arguments.of(
                        "100,000 repetitions", result("ODD").replace("4711", "4711~".repeat(100_000)), "MSA|AA|ODD"),
                Arguments.of("100,000 components", result("ODD", "^".repeat(100_000)), "MSA|AA|ODD"),
                Arguments.of("20,000 segments", result("ODD") + "NTE|1||x\r".repeat(20_000), "MSA|AA|ODD"),
                Arguments.of("5 MB in a field", result("ODD", "9".repeat(5_000_000)), "MSA|AA|ODD"),
                Arguments.of(
                        "a header of 40,000 characters",
                        result("ODD").replace("|P|", "|P" + "x".repeat(40_000) + "|"),
                        "MSA|AA|ODD"),
                Arguments.of("two headers", result("ODD") + result("ODD2"), "MSA|AE|ODD"),
                Arguments.of("letters as delimiters", result("ODD").replace("MSH|^~\\&|", "MSH|abcd|"), "MSA|"),
                Arguments.of("the same delimiter five times", result("ODD").replace("MSH|^~\\&|", "MSH||||||"), "MSA|"),
                Arguments.of("escapes that never end", result("ODD", "\\X4F\\.br\\Z"), "MSA|AA|ODD"),
                Arguments.of("an end of frame inside", result("ODD", "a" + END + "b"), "MSA|AA|ODD"),
                Arguments.of(
                        "enhanced mode that wants nothing",
                        result("ODD").replace("|2.5.1||||||", "|2.5.1|||NE|NE||"),
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void frameGetsExactlyOneAnswerAndIsProcessedOrPutAside(String kind, String content, String answer)
            throws Exception {
        interfaces.reopen(settings(10_000_000, 10, Duration.ofSeconds(30)));
        laboratory().worker.start();
        try (MllpClient client = laboratory().connect()) {
            client.send(frame(content), StandardCharsets.ISO_8859_1);
            if (!answer.isEmpty()) {
                assertThat(client.answer()).contains(answer);
            }
            assertThat(client.ask(result("NEXT"))).contains("MSA|AA|NEXT");
        }
        await(() -> !laboratory().column("state").contains("RECEIVED"));
        assertThat(laboratory().rows())
                .filteredOn(row -> row.get("control_id").equals("NEXT"))
                .extracting(row -> row.get("state"))
                .containsExactly("PROCESSED");
    }

    @Test
    void manySlowSendersKeepNobodyElseOut() throws Exception {
        interfaces.reopen(settings(10_000, 10, Duration.ofSeconds(30)));
        List<MllpClient> slow = new ArrayList<>();
        try {
            for (int number = 0; number < 8; number++) {
                MllpClient client = laboratory().connect();
                client.send(START + "MSH|");
                slow.add(client);
            }
            try (MllpClient client = laboratory().connect()) {
                assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
            }
        } finally {
            for (MllpClient client : slow) {
                client.close();
            }
        }
    }

    @Test
    void senderWhoDripsBytesForEverIsCutOff() throws Exception {
        interfaces.reopen(settings(10_000, 10, Duration.ofMillis(700)));
        try (MllpClient client = laboratory().connect()) {
            client.send(START + "MSH|^~\\&|A|");
            Thread dripping = new Thread(() -> drip(client));
            dripping.start();
            assertThat(client.answer()).contains("MSA|AR||The frame was not finished in time");
            dripping.join();
        }
    }

    private static void drip(MllpClient client) {
        try {
            for (int drip = 0; drip < 60; drip++) {
                client.send("x");
                Thread.sleep(100);
            }
        } catch (IOException | InterruptedException cutOff) {
            Thread.currentThread().interrupt();
        }
    }

    private Laboratory laboratory() {
        return interfaces.laboratory();
    }
}
