package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which bytes a range gives, at every boundary there is.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-14">RFC 9110, range requests</a>
 */
class AttachmentRangeIT {

    private static final int SIZE = 200_000;

    private static final TestServer SERVER = TestServer.shared();
    private static final FhirClient CLIENT = FhirClient.withToken(SERVER.fhirBase(), Tokens.backend(SERVER));
    private static final Map<String, byte[]> CONTENT =
            Map.of("application/pdf", Records.pdf(SIZE), "text/plain", text());

    private static String pdf;
    private static String text;

    /** One lies in the store as it is, the other compressed. */
    @BeforeAll
    static void storeFiles() {
        pdf = store("application/pdf");
        text = store("text/plain");
    }

    @ParameterizedTest
    @CsvSource({
        // the first and the last byte
        "0-0,           0,      0",
        "0-,            0,      199999",
        "199999-199999, 199999, 199999",
        "199999-,       199999, 199999",
        // everything, and more than everything
        "0-199999,      0,      199999",
        "0-200000,      0,      199999",
        "1-99999999999, 1,      199999",
        "1-99999999999999999999999, 1, 199999",
        // suffixes
        "-1,            199999, 199999",
        "-199999,       1,      199999",
        "-200000,       0,      199999",
        "-200001,       0,      199999",
        "-99999999999999999999999, 0, 199999",
        // around the buffers and frames in which bytes are handled
        "8191-8192,     8191,   8192",
        "65535-65535,   65535,  65535",
        "65535-65536,   65535,  65536",
        "65536-65536,   65536,  65536",
        "65536-131071,  65536,  131071",
        "131071-131072, 131071, 131072",
        "65535-131072,  65535,  131072",
        "131072-,       131072, 199999",
    })
    void rangeGivesExactlyItsBytes(String range, int first, int last) {
        for (String url : List.of(pdf, text)) {
            Answer answer = CLIENT.get(url, "Range", "bytes=" + range);

            assertThat(answer.status()).isEqualTo(206);
            assertThat(answer.header("Content-Range")).isEqualTo("bytes " + first + "-" + last + "/" + SIZE);
            assertThat(answer.header("Content-Length")).isEqualTo(Integer.toString(last - first + 1));
            assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(contentOf(url), first, last + 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"200000-", "200000-200000", "200001-", "99999999999999999999999-", "200000-,300000-"})
    void rangeBeyondTheEndIsUnsatisfiable(String range) {
        for (String url : List.of(pdf, text)) {
            Answer answer = CLIENT.get(url, "Range", "bytes=" + range);

            assertThat(answer.status()).isEqualTo(416);
            assertThat(answer.header("Content-Range")).isEqualTo("bytes */" + SIZE);
            assertThat(answer.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // several ranges: a server may give the whole, and does
                "bytes=0-0,2-2",
                "bytes=0-99,50-149",
                "bytes=0-5,999999-",
                // no ranges
                "bytes=5-2",
                "bytes=-",
                "bytes=a-b",
                "bytes=",
                "bytes",
                "pages=1-2",
            })
    void whatIsNoSingleRangeIsAnsweredWithTheWhole(String range) {
        Answer answer = CLIENT.get(pdf, "Range", range);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Range")).isEmpty();
        assertThat(answer.body()).isEqualTo(contentOf(pdf));
    }

    @Test
    void rangeCountsOnlyForTheContentThatTheClientHas() {
        String etag = CLIENT.head(pdf).header("ETag");

        assertThat(part("If-Range", etag)).isEqualTo(206);
        // A weak tag, a date, and the tag of something else are no such promise (RFC 9110, 13.1.5).
        assertThat(part("If-Range", "W/" + etag)).isEqualTo(200);
        assertThat(part("If-Range", "Sat, 01 Jan 2050 00:00:00 GMT")).isEqualTo(200);
        assertThat(part("If-Range", "\"other\"")).isEqualTo(200);
        assertThat(part("If-None-Match", etag)).isEqualTo(304);
    }

    @Test
    void emptyFileHasNoRange() {
        String url = CLIENT.send("POST", "/Binary", BodyPublishers.noBody(), "Content-Type", "application/pdf")
                .header("Location");

        assertThat(CLIENT.get(url, "Range", "bytes=0-").status()).isEqualTo(416);
        assertThat(CLIENT.get(url).status()).isEqualTo(200);
    }

    private static int part(String name, String value) {
        return CLIENT.get(pdf, "Range", "bytes=0-7", name, value).status();
    }

    private static byte[] contentOf(String url) {
        return CONTENT.get(url.equals(pdf) ? "application/pdf" : "text/plain");
    }

    private static String store(String contentType) {
        return CLIENT.send(
                        "POST",
                        "/Binary",
                        BodyPublishers.ofByteArray(CONTENT.get(contentType)),
                        "Content-Type",
                        contentType)
                .header("Location");
    }

    private static byte[] text() {
        Random random = new Random(4711);
        StringBuilder text = new StringBuilder();
        while (text.length() < SIZE) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
