package health.salus.mapping;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.ZoneId;

import static org.assertj.core.api.Assertions.assertThat;

/** Times keep the precision and the zone they were sent with; the zone of the feed stands in for a missing one. */
class V2TimeTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "2026,2026",
        "202603,2026-03",
        "20260301,2026-03-01",
        "20260301+0100,2026-03-01",
        "2026030108,2026-03-01T08:00:00+01:00",
        "202607010830,2026-07-01T08:30:00+02:00",
        "20260301083015,2026-03-01T08:30:15+01:00",
        "20260301083015.1234,2026-03-01T08:30:15.1234+01:00",
        "20260301083015-0500,2026-03-01T08:30:15-05:00",
        "20260301083015+0000,2026-03-01T08:30:15Z"
    })
    void precisionAndZoneAreKept(String sent, String expected) {
        assertThat(V2Time.parse(sent).orElseThrow().dateTime(BERLIN)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00000000", "0000", "20261301", "20260230", "202603012400", "2026-03-01", "yesterday"})
    void whatIsNoTimeIsNotGuessed(String sent) {
        assertThat(V2Time.parse(sent)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "202603290230,false",
        "202610250230,false",
        "202610250230+0100,true",
        "20261025,true",
        "202603011200,true"
    })
    void hourThatTheClockSkippedOrRepeatedIsInDoubt(String sent, boolean certain) {
        assertThat(V2Time.parse(sent).orElseThrow().isCertain(BERLIN)).isEqualTo(certain);
    }
}
