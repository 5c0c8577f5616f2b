package health.salus.mapping;

import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationReferenceRangeComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static health.salus.mapping.OruMapping.HEAD;
import static health.salus.mapping.OruMapping.all;
import static health.salus.mapping.OruMapping.mapped;
import static health.salus.mapping.OruMapping.observation;
import static org.assertj.core.api.Assertions.assertThat;

/** What the fields of an OBX beside its value become. */
class ObservationTest {

    @ParameterizedTest
    @CsvSource({
        "A,amended",
        "B,final",
        "C,corrected",
        "D,entered-in-error",
        "F,final",
        "I,registered",
        "N,final",
        "O,registered",
        "P,preliminary",
        "R,preliminary",
        "S,preliminary",
        "U,final",
        "V,final",
        "W,entered-in-error",
        "X,cancelled",
        "9,unknown",
        "'',unknown"
    })
    void everyStatusHasACounterpart(String sent, String expected) {
        assertThat(observation("NM|K^Potassium^L||4||||||" + sent).getStatus().toCode())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"H,v3-ObservationInterpretation", "HH,v3-ObservationInterpretation", "TOX,v2-0078"})
    void flagIsTranslatedWhereFhirHasAWordForIt(String flag, String system) {
        Coding coding = observation("NM|K^Potassium^L||4|||" + flag)
                .getInterpretationFirstRep()
                .getCodingFirstRep();
        assertThat(coding.getSystem()).isEqualTo("http://terminology.hl7.org/CodeSystem/" + system);
        assertThat(coding.getCode()).isEqualTo(flag);
    }

    @ParameterizedTest
    @CsvSource({
        "3.5-5.10,3.5,5.10",
        "-2 - 2,-2,2",
        "<0.5,,0.5",
        "<= 5,,5",
        ">60,60,",
        "negative,,",
        "'M: 3-5, F: 2-4',,"
    })
    void referenceRangeKeepsItsTextAndGetsLimitsWherePlain(String sent, String low, String high) {
        ObservationReferenceRangeComponent range =
                observation("NM|K^Potassium^L||4|mmol/L|" + sent).getReferenceRangeFirstRep();
        assertThat(range.getText()).isEqualTo(sent);
        assertThat(range.getLow().getValueElement().getValueAsString()).isEqualTo(low);
        assertThat(range.getHigh().getValueElement().getValueAsString()).isEqualTo(high);
        assertThat(range.hasLow() ? range.getLow().getUnit() : "mmol/L").isEqualTo("mmol/L");
    }

    @Test
    void commentsBelowAResultBelongToItAndThoseBelowTheOrderDoNot() {
        Mapped mapped = mapped(HEAD + """
                NTE|1||about the order
                OBX|1|NM|K^Potassium^L||4
                NTE|1||first line
                NTE|2||second line~third line
                OBX|2|NM|NA^Sodium^L||140
                """);
        assertThat(all(mapped, Observation.class))
                .extracting(it -> it.getNoteFirstRep().getText())
                .containsExactly("first line\nsecond line\nthird line", null);
    }

    @Test
    void timeOfTheOrderStandsInForTheTimeOfTheResult() {
        assertThat(observation("NM|K^Potassium^L||4").getEffectiveDateTimeType().getValueAsString())
                .isEqualTo("2026-03-01T08:30:00+01:00");
        assertThat(observation("NM|K^Potassium^L||4||||||F|||20260228")
                        .getEffectiveDateTimeType()
                        .getValueAsString())
                .isEqualTo("2026-02-28");
    }

    @ParameterizedTest
    @CsvSource({
        // Berlin, as the feed: summer and winter time are told apart.
        "20260301103015,2026-07-01T08:30:00+02:00",
        "20260301103015+0100,2026-07-01T08:30:00+02:00",
        // Elsewhere, or a clock that is set to Greenwich.
        "20260301103015-0500,2026-07-01T08:30:00-05:00",
        "20260301103015+0000,2026-07-01T08:30:00Z",
        "20260301,2026-07-01T08:30:00+02:00"
    })
    void timeWithoutAZoneIsInThatOfTheMessageElseInThatOfTheFeed(String sentAt, String expected) {
        Mapped mapped =
                mapped(HEAD.replace("|20260301103015|", "|" + sentAt + "|").replace("20260301083000", "202607010830")
                        + "OBX|1|NM|K^Potassium^L||4\nOBX|2|NM|NA^Sodium^L||140||||||F|||202607010830+0900");
        assertThat(all(mapped, Observation.class))
                .extracting(it -> it.getEffectiveDateTimeType().getValueAsString())
                .containsExactly(expected, "2026-07-01T08:30:00+09:00");
    }

    @Test
    void performerIsNamedWithoutAPractitionerOfItsOwn() {
        Observation observation = observation("NM|K^Potassium^L||4||||||F|||||77^Tester^Tom^^^Dr.^^^CITYLAB");
        assertThat(observation.getPerformerFirstRep().getDisplay()).isEqualTo("Dr. Tom Tester");
        assertThat(observation.getPerformerFirstRep().getIdentifier().getValue())
                .isEqualTo("77");
        assertThat(observation.getPerformerFirstRep().hasReference()).isFalse();
    }

    @Test
    void identityIsTheInstanceIdentifierOfTheSenderWhereThereIsOne() {
        Observation observation = observation("NM|K^Potassium^L||4||||||F||||||||||R-17^CITYLAB");
        assertThat(observation.getIdentifier()).hasSize(1);
        assertThat(observation.getIdentifierFirstRep().getSystem()).isEqualTo("urn:x-hl7v2:CITYLAB:CITYLAB");
        assertThat(observation.getIdentifierFirstRep().getValue()).isEqualTo("R-17");
    }

    @Test
    void identityIsMadeOfOrderAndCodeOtherwise() {
        Mapped mapped = mapped(HEAD + """
                OBX|1|NM|K^Potassium^L|a/b|4
                OBX|2|NM|K^Potassium^L|a/b|5
                OBX|3|NM|K^Potassium^L||6
                """);
        assertThat(all(mapped, Observation.class))
                .extracting(it -> it.getIdentifierFirstRep().getValue())
                .containsExactly("F1/CBC/K/a%2Fb", "F1/CBC/K/a%2Fb/2", "F1/CBC/K/");
    }

    @Test
    void identityThatIsTooLongToBeFoundIsShortenedWithoutMeetingAnother() {
        String code = "K".repeat(150);
        Mapped mapped = mapped(HEAD + "OBX|1|NM|" + code + "^^L|" + "1".repeat(90) + "|4\n" + "OBX|2|NM|" + code
                + "^^L|" + "1".repeat(91) + "|4\n");
        assertThat(all(mapped, Observation.class))
                .extracting(it -> it.getIdentifierFirstRep().getValue())
                .doesNotHaveDuplicates()
                .allMatch(it -> it.length() <= 180);
    }
}
