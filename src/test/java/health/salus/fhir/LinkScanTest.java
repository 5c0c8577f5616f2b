package health.salus.fhir;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

class LinkScanTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"subject\":{\"reference\":\"Patient/1\"},\"x\":{\"reference\" : \"#contained\"}}",
                "  {\"identifier\":{\"system\":\"urn:oid:1.2\"},\"reference\":{\"display\":\"a\"}}",
                "{\"text\":\"\\\"reference\\\"\"}"
            })
    void whatIsStoredOrContainedIsHarmless(String json) {
        assertThat(scan(json)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"reference\":\"urn:uuid:0b0e5f9e-63a5-4b6a-8a5e-2d6a3f1f7f09\"}",
                "{\"a\":{\"reference\":\"Patient/1\"},\"b\":{\"reference\"\n:\t\"urn:oid:1\"}}",
                "{\"reference\":\"\\u0075rn:uuid:1\"}",
                "{\"reference\":\"http://elsewhere.example/Patient/1\"}",
                "<Bundle/>"
            })
    void whatMayLeadToAnotherEntryIsNot(String json) {
        assertThat(scan(json)).isFalse();
    }

    @Test
    void anEmptyBodyIsNoJson() {
        assertThat(scan("")).isFalse();
    }

    private static boolean scan(String json) {
        return new LinkScan(json.getBytes(StandardCharsets.UTF_8)).findsOnlyStoredTargets();
    }
}
