package health.salus.hl7v2;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

/** How files of messages are taken apart. */
class BatchFileTest {

    @Test
    void messagesKeepTheirBytesAndLoseTheirEnvelopes() {
        BatchFile file = read("FHS|^~\\&|LAB\rBHS|^~\\&|LAB\rMSH|^~\\&|A\rPID|Mü\rMSH|^~\\&|B\rBTS|2\rFTS|1\r");
        assertThat(file.problem()).isEmpty();
        assertThat(file.messages())
                .extracting(it -> new String(it, StandardCharsets.UTF_8))
                .containsExactly("MSH|^~\\&|A\rPID|Mü\r", "MSH|^~\\&|B\r");
    }

    @Test
    void messagesNeedNoEnvelopeAndAnyLineEnd() {
        assertThat(read("\uFEFFMSH|^~\\&|A\nPID|1\n\nMSH|^~\\&|B\n").messages()).hasSize(2);
        assertThat(read("MSH|^~\\&|A\r\nPID|1\r\n").messages()).hasSize(1);
        assertThat(read("BHS|^~\\&\rMSH|^~\\&|A\rBTS\r").isWhole()).isTrue();
    }

    @Test
    void fileThatIsNotWholeSaysWhy() {
        assertThat(read("BHS|^~\\&\rMSH|^~\\&|A\rBTS|2\r").problem()).isEqualTo("BTS-1 says 2 and there are 1");
        assertThat(read("FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|A\rBTS|1\rFTS|3\r").problem())
                .isEqualTo("FTS-1 says 3 and there are 1");
        assertThat(read("").problem()).isEqualTo("There is no message in it");
        assertThat(read("PID|1\rMSH|^~\\&|A\r").problem()).isEqualTo("Something stands before the first message");
    }

    private static BatchFile read(String text) {
        return BatchFile.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
