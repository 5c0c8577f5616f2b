package health.salus.mapping;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** How the bytes of a message are read: segments, fields, character sets, escape sequences. */
class V2MessageTest {

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\r\n", "\r\r"})
    void segmentsEndWithAnyKindOfLineEnd(String end) {
        V2Message message = parse("MSH|^~\\&|A" + end + "PID|1" + end + "OBX|1" + end, StandardCharsets.UTF_8);
        assertThat(message.segments()).extracting(Segment::name).containsExactly("MSH", "PID", "OBX");
    }

    @Test
    void lineThatIsNoSegmentIsTheRestOfTheOneBefore() {
        V2Message message = parse("MSH|^~\\&|A\rOBX|1|TX|C||first\rand second line\rOBX|2", StandardCharsets.UTF_8);
        assertThat(message.segments()).hasSize(3);
        assertThat(field(message, 1, 5)).isEqualTo("first\nand second line");
    }

    @Test
    void headerFieldsAreCountedFromTheSeparatorItself() {
        V2Message message = parse("MSH|^~\\&|APP|FAC", StandardCharsets.UTF_8);
        assertThat(field(message, 0, 1)).isEqualTo("|");
        assertThat(field(message, 0, 2)).isEqualTo("^~\\&");
        assertThat(field(message, 0, 3)).isEqualTo("APP");
    }

    @Test
    void delimitersAreThoseOfTheMessage() {
        V2Message message = parse("MSH$*!?%$A\rPID$$$1***H%1.2%ISO*MR!2", StandardCharsets.UTF_8);
        V2Value identifier = message.segments().get(1).field(3).get(0);
        assertThat(identifier.part(4).part(2).text()).isEqualTo("1.2");
        assertThat(identifier.part(5).text()).isEqualTo("MR");
        assertThat(message.segments().get(1).field(3)).hasSize(2);
    }

    @Test
    void nullAndBlankAreNoValues() {
        V2Message message = parse("MSH|^~\\&|A\rPID||\"\"|  |x~~y", StandardCharsets.UTF_8);
        assertThat(message.segments().get(1).field(2)).isEmpty();
        assertThat(message.segments().get(1).field(3)).isEmpty();
        assertThat(message.segments().get(1).field(4)).extracting(V2Value::text).containsExactly("x", "y");
        assertThat(message.segments().get(1).field(99)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-8,''",
        "UTF-8,UNICODE UTF-8",
        "UTF-8,8859/1",
        "ISO-8859-1,8859/1",
        "ISO-8859-2,8859/2",
        "windows-1252,''",
        "windows-1252,nonsense"
    })
    void characterSetIsFoundWhateverTheHeaderSays(String sent, String declared) {
        V2Message message = parse("MSH|^~\\&|A||||||||||||||||" + declared + "\rPID|Müller", Charset.forName(sent));
        assertThat(field(message, 1, 1)).isEqualTo("Müller");
    }

    @ParameterizedTest
    @CsvSource({
        // What the feed says does not fit.
        "UTF-8,ISO-8859-1,Müller,1",
        "UTF-8,UTF-8,Müller,0",
        // Windows-1252 has no character there.
        "'',ISO-8859-1,Mü\u0081ller\u008D,2",
        // The sender itself could not read it.
        "'',UTF-8,M\uFFFDller,0"
    })
    void charactersThatCannotBeReadAreCounted(String setByTheFeed, String sent, String name, int unreadable) {
        Feed feed = new Feed(
                "lab",
                OruMapping.LAB.zone(),
                Optional.of(setByTheFeed).filter(it -> !it.isEmpty()).map(Charset::forName));
        byte[] message =
                (OruMapping.HEAD.replace("Mustermann", name).replace('\n', '\r')).getBytes(Charset.forName(sent));
        assertThat(V2Message.parse(message, feed, Readings.UNHEARD)
                        .orElseThrow()
                        .unreadable())
                .isEqualTo(unreadable);
        Mapped mapped = (Mapped) OruMapping.MAPPINGS.map(message, feed);
        assertThat(mapped.warnings()).hasSize(unreadable == 0 ? 0 : 1);
    }

    @Test
    void byteOrderMarkIsNotContent() {
        assertThat(parse("\uFEFFMSH|^~\\&|A", StandardCharsets.UTF_8).header().name())
                .isEqualTo("MSH");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f; a|b^c&d~e\\f",
                "bold \\H\\text\\N\\ end; bold text end",
                "hex \\X41C3A4\\; hex Aä",
                "space\\.sp3\\x; space~x",
                "\\Zxy\\ local; \\Zxy\\ local",
                "lone \\ here; lone \\ here",
                "C:\\temp\\F\\x; C:\\temp|x",
                "nul\\X00\\.; nul."
            })
    void escapeSequencesAreDecodedAndUnknownOnesKept(String sent, String expected) {
        V2Message message = parse("MSH|^~\\&|A\rNTE|1||" + sent, StandardCharsets.UTF_8);
        assertThat(field(message, 1, 3)).isEqualTo(expected.replace("space~x", "space\nx"));
    }

    @Test
    void messageNeverPrintsItsContent() {
        V2Message message = parse("MSH|^~\\&|A\rPID|secret", StandardCharsets.UTF_8);
        assertThat(message.toString() + message.segments()).doesNotContain("secret");
    }

    private static V2Message parse(String text, Charset charset) {
        return V2Message.parse(text.getBytes(charset), OruMapping.LAB, Readings.UNHEARD)
                .orElseThrow();
    }

    private static String field(V2Message message, int segment, int field) {
        return message.segments().get(segment).field(field).get(0).whole();
    }
}
