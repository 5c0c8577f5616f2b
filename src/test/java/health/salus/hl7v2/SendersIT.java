package health.salus.hl7v2;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import static health.salus.hl7v2.Laboratory.result;
import static org.assertj.core.api.Assertions.assertThat;

/** Whoever sends, with whichever library, gets the same answers. */
class SendersIT {

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    static Stream<Arguments> table() {
        return Arrays.stream(Sender.Library.values()).flatMap(SendersIT::table).filter(SendersIT::canBeSent);
    }

    /** hapi-hl7v2 sends only versions that it knows. */
    private static boolean canBeSent(Arguments row) {
        return row.get()[0] != Sender.Library.HAPI_SIMPLE_CLIENT
                || !List.of("version 2.9", "no such version", "no version").contains((String) row.get()[1]);
    }

    private static Stream<Arguments> table(Sender.Library library) {
        return Stream.of(
                Arguments.of(library, "a result", result("T1"), "MSA|AA|T1"),
                Arguments.of(library, "version 2.1", result("T1").replace("|2.5.1|", "|2.1|"), "MSA|AA|T1"),
                Arguments.of(library, "version 2.9", result("T1").replace("|2.5.1|", "|2.9|"), "MSA|AA|T1"),
                Arguments.of(library, "no such version", result("T1").replace("|2.5.1|", "|7.7|"), "MSA|AA|T1"),
                Arguments.of(library, "no version", result("T1").replace("|2.5.1|", "||"), "MSA|AA|T1"),
                Arguments.of(library, "an MSA inside", result("T1") + "MSA|AA|1234\r", "MSA|AA|T1"),
                Arguments.of(library, "a Z segment", result("T1") + "ZLB|1|x\r", "MSA|AA|T1"),
                Arguments.of(library, "no patient", result("T1").replace("PID|1||4711", "PID|1||"), "MSA|AA|T1"),
                Arguments.of(library, "900 kB in a field", result("T1", "9".repeat(900_000)), "MSA|AA|T1"),
                Arguments.of(library, "letters beyond ASCII", result("T1").replace("Erika", "Łucja 李"), "MSA|AA|T1"),
                Arguments.of(library, "no structure in MSH-9", result("T1").replace("^ORU_R01", ""), "MSA|AA|T1"),
                Arguments.of(
                        library, "a type nobody maps", result("T1").replace("ORU^R01^ORU_R01", "DFT^P03"), "MSA|AR|T1"),
                Arguments.of(
                        library,
                        "an event nobody maps",
                        result("T1").replace("ORU^R01^ORU_R01", "ORU^R99"),
                        "MSA|AR|T1"),
                Arguments.of(
                        library,
                        "enhanced mode",
                        result("T1").replace("|2.5.1||||||", "|2.5.1|||AL|NE||"),
                        "MSA|CA|T1"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("table")
    void messageGetsItsAnswerAndTheNextOneIts(Sender.Library library, String kind, String message, String answer)
            throws Exception {
        try (Sender sender = library.connect(laboratory().server.port())) {
            assertThat(sender.ask(message)).contains(answer);
            assertThat(sender.ask(result("NEXT"))).contains("MSA|AA|NEXT");
        }
        assertThat(laboratory().column("control_id")).containsExactly("T1", "NEXT");
    }

    @ParameterizedTest
    @EnumSource
    void sameMessageAgainIsOneMessageAndOtherBytesAreAnother(Sender.Library library) throws Exception {
        try (Sender sender = library.connect(laboratory().server.port())) {
            String first = sender.ask(result("T1"));
            assertThat(sender.ask(result("T1"))).isEqualTo(first);
            assertThat(sender.ask(result("T1", "4.2"))).contains("MSA|AA|T1");
        }
        assertThat(laboratory().column("control_id_reused")).containsExactly(false, true);
    }

    @ParameterizedTest
    @EnumSource
    void bytesAreKeptAsTheyWereSent(Sender.Library library) throws Exception {
        try (Sender sender = library.connect(laboratory().server.port())) {
            sender.ask(result("T1"));
        }
        assertThat(new String((byte[]) laboratory().column("content").get(0), StandardCharsets.UTF_8))
                .startsWith("MSH|^~\\&|LABSYS|CITYLAB|")
                .contains(library == Sender.Library.HAPI_SIMPLE_CLIENT ? "stermann^Erika" : "Müstermann^Erika");
    }

    private Laboratory laboratory() {
        return interfaces.laboratory();
    }
}
