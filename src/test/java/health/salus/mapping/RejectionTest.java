package health.salus.mapping;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Random;

import static health.salus.mapping.OruMapping.HEAD;
import static health.salus.mapping.OruMapping.LAB;
import static health.salus.mapping.OruMapping.MAPPINGS;
import static health.salus.mapping.OruMapping.reasons;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** What cannot be mapped is refused with reasons that a person can act on and that hold no patient data. */
class RejectionTest {

    @Test
    void patientWithoutIdentifier() {
        assertThat(reasons(HEAD.replace("4711", "")))
                .containsExactly("PID-3 holds no patient identifier (PID in line 2)");
    }

    @Test
    void orderWithoutNumber() {
        assertThat(reasons(HEAD.replace("|PL1|F1|", "|||").replace("20260301083000", "")))
                .containsExactly(
                        "Neither an order number (OBR-2, OBR-3, ORC-2, ORC-3) nor the time of the observation (OBR-7) (OBR in line 3)");
    }

    @Test
    void messageWithoutOrder() {
        assertThat(reasons(HEAD.replaceAll("OBR.*\n", ""))).containsExactly("The message has no ORC or OBR");
    }

    @Test
    void resultOutsideAnOrder() {
        assertThat(reasons(HEAD.replaceAll("OBR.*\n", "OBX|1|NM|K^Potassium^L||4\n")))
                .containsExactly(
                        "Neither an order number (OBR-2, OBR-3, ORC-2, ORC-3) nor the time of the observation (OBR-7) (no ORC)");
    }

    @Test
    void orderBeforeAnyPatient() {
        assertThat(reasons(HEAD.replaceAll("PID.*\n", "")))
                .containsExactly("PID-3 holds no patient identifier (no PID)");
    }

    @Test
    void unknownTypeOfMessage() {
        assertThat(reasons(HEAD.replace("ORU^R01^ORU_R01", "XYZ^A01")))
                .containsExactly("There is no mapping for the message type in MSH-9");
        assertThat(reasons(HEAD.replace("ORU^R01^ORU_R01", "")))
                .containsExactly("There is no mapping for the message type in MSH-9");
    }

    @Test
    void somethingThatIsNoMessage() {
        assertThat(reasons("GET / HTTP/1.1\n")).containsExactly("The message does not begin with an MSH segment");
        assertThat(reasons("")).containsExactly("The message does not begin with an MSH segment");
        assertThat(reasons("MSH")).containsExactly("The message does not begin with an MSH segment");
    }

    @Test
    void moreSegmentsThanAnyReportHas() {
        assertThat(reasons(HEAD + "OBX|1|NM|K^Potassium^L||4|mmol/L|||||F\n".repeat(20_000)))
                .containsExactly("The message has more than 20000 segments");
    }

    @Test
    void noDamageToAMessageEverThrows() {
        byte[] message = OruMapping.read("hl7-mappings/examples/ORU_R01.hl7")
                .replace('\n', '\r')
                .getBytes(StandardCharsets.UTF_8);
        Random random = new Random(17);
        for (int round = 0; round < 600; round++) {
            byte[] damaged = message.clone();
            for (int hit = 0; hit < 1 + round % 12; hit++) {
                damaged[random.nextInt(damaged.length)] = damage(random);
            }
            assertThatCode(() -> MAPPINGS.map(damaged, LAB)).doesNotThrowAnyException();
        }
    }

    private static byte damage(Random random) {
        byte[] separators = "|^~\\&\r\n\0 9".getBytes(StandardCharsets.US_ASCII);
        return random.nextBoolean() ? separators[random.nextInt(separators.length)] : (byte) random.nextInt(256);
    }
}
