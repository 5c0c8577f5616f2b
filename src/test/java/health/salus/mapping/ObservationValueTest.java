package health.salus.mapping;

import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Ratio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static health.salus.mapping.OruMapping.HEAD;
import static health.salus.mapping.OruMapping.all;
import static health.salus.mapping.OruMapping.mapped;
import static health.salus.mapping.OruMapping.observation;
import static health.salus.mapping.OruMapping.only;
import static org.assertj.core.api.Assertions.assertThat;

/** What OBX-5 becomes for each type in OBX-2. No value is ever dropped. */
class ObservationValueTest {

    @Test
    void numberKeepsThePrecisionItWasSentWith() {
        Quantity quantity = observation("NM|K^Potassium^L||3.90|mmol/L").getValueQuantity();
        assertThat(quantity.getValueElement().getValueAsString()).isEqualTo("3.90");
        assertThat(quantity.hasComparator()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"<5,<,5", "<=5,<=,5", "> 100,>,100", ">=0.30,>=,0.30"})
    void numberWithComparatorStaysAQuantity(String sent, String comparator, String number) {
        Quantity quantity = observation("NM|K^Potassium^L||" + sent).getValueQuantity();
        assertThat(quantity.getComparator().toCode()).isEqualTo(comparator);
        assertThat(quantity.getValueElement().getValueAsString()).isEqualTo(number);
    }

    @Test
    void numberThatIsNoneStaysAsTextWithAWarning() {
        Mapped mapped = mapped(HEAD + "OBX|1|NM|K^Potassium^L||5 H");
        assertThat(all(mapped, Observation.class).get(0).getValueStringType().getValue())
                .isEqualTo("5 H");
        assertThat(mapped.warnings()).contains("OBX-5 in line 4 is not a number");
    }

    @Test
    void unitIsACodeOnlyWhenTheSenderSaysUcum() {
        Quantity local = observation("NM|K^Potassium^L||3.9|mmol/L").getValueQuantity();
        assertThat(local.getUnit()).isEqualTo("mmol/L");
        assertThat(local.hasCode()).isFalse();
        assertThat(local.hasSystem()).isFalse();

        Quantity ucum =
                observation("NM|K^Potassium^L||3.9|mmol/L^mmol per litre^UCUM").getValueQuantity();
        assertThat(ucum.getUnit()).isEqualTo("mmol per litre");
        assertThat(ucum.getCode()).isEqualTo("mmol/L");
        assertThat(ucum.getSystem()).isEqualTo("http://unitsofmeasure.org");

        Quantity alternate =
                observation("NM|K^Potassium^L||3.9|MMOLL^mmol/l^L^mmol/L^^UCUM").getValueQuantity();
        assertThat(alternate.getUnit()).isEqualTo("mmol/l");
        assertThat(alternate.getCode()).isEqualTo("mmol/L");
    }

    @Test
    void structuredNumericWithComparatorIsAQuantity() {
        Quantity quantity = observation("SN|CRP^CRP^L||<^0.5|mg/L").getValueQuantity();
        assertThat(quantity.getComparator().toCode()).isEqualTo("<");
        assertThat(quantity.getValueElement().getValueAsString()).isEqualTo("0.5");
        assertThat(quantity.getUnit()).isEqualTo("mg/L");
        assertThat(observation("SN|CRP^CRP^L||=^7").getValueQuantity().hasComparator())
                .isFalse();
    }

    @Test
    void structuredNumericWithHyphenIsARange() {
        Range range = observation("SN|LEU^Leukocytes^L||^10^-^20|/field").getValueRange();
        assertThat(range.getLow().getValue()).isEqualByComparingTo("10");
        assertThat(range.getHigh().getValue()).isEqualByComparingTo("20");
        assertThat(range.getHigh().getUnit()).isEqualTo("/field");
    }

    @Test
    void structuredNumericWithColonIsARatio() {
        Ratio ratio = observation("SN|TIT^Titer^L||^1^:^128").getValueRatio();
        assertThat(ratio.getNumerator().getValue()).isEqualByComparingTo("1");
        assertThat(ratio.getDenominator().getValue()).isEqualByComparingTo("128");
    }

    @Test
    void structuredNumericThatFhirCannotExpressStaysAsText() {
        assertThat(observation("SN|PRO^Protein^L||^3^+").getValueStringType().getValue())
                .isEqualTo("3+");
        assertThat(observation("SN|TIT^Titer^L||>^1^:^128").getValueStringType().getValue())
                .isEqualTo(">1:128");
    }

    @ParameterizedTest
    @CsvSource({"ST", "TX", "FT"})
    void repeatedTextBecomesLines(String type) {
        assertThat(observation(type + "|COM^Comment^L||first~second\\.br\\third")
                        .getValueStringType()
                        .getValue())
                .isEqualTo("first\nsecond\nthird");
    }

    @Test
    void textKeepsSeparatorsThatTheSenderForgotToEscape() {
        assertThat(observation("TX|COM^Comment^L||2^3 & more")
                        .getValueStringType()
                        .getValue())
                .isEqualTo("2^3 & more");
    }

    @Test
    void codedValueKeepsAllItsCodingsAndItsText() {
        CodeableConcept concept = observation(
                        "CWE|ORG^Organism^L||112283007^Escherichia coli^SCT^ECOLI^E. coli^99LAB^^^E. coli (many)")
                .getValueCodeableConcept();
        assertThat(concept.getText()).isEqualTo("E. coli (many)");
        assertThat(concept.getCoding())
                .extracting(it -> it.getSystem() + "|" + it.getCode() + "|" + it.getDisplay())
                .containsExactly(
                        "http://snomed.info/sct|112283007|Escherichia coli", "urn:x-hl7v2:CITYLAB:99LAB|ECOLI|E. coli");
    }

    @Test
    void codedValueWithoutCodeIsText() {
        CodeableConcept concept = observation("CE|ORG^Organism^L||^no growth").getValueCodeableConcept();
        assertThat(concept.hasCoding()).isFalse();
        assertThat(concept.getText()).isEqualTo("no growth");
    }

    @Test
    void valuesOfOneResultBecomeComponents() {
        Observation observation = observation("CWE|ORG^Organism^L||A^Alpha^L~B^Beta^L");
        assertThat(observation.hasValue()).isFalse();
        assertThat(observation.getComponent())
                .extracting(it -> it.getCode().getCodingFirstRep().getCode() + "="
                        + it.getValueCodeableConcept().getCodingFirstRep().getCode())
                .containsExactly("ORG=A", "ORG=B");
    }

    @ParameterizedTest
    @CsvSource({
        "DT,20260301,2026-03-01",
        "TS,202603010830,2026-03-01T08:30:00+01:00",
        "DTM,20260301083015.25+0000,2026-03-01T08:30:15.25Z"
    })
    void timeBecomesADateTime(String type, String sent, String expected) {
        assertThat(observation(type + "|T^Time^L||" + sent)
                        .getValueDateTimeType()
                        .getValueAsString())
                .isEqualTo(expected);
    }

    @Test
    void timeOfDayBecomesATime() {
        assertThat(observation("TM|T^Time^L||0830").getValueTimeType().getValue())
                .isEqualTo("08:30:00");
    }

    @ParameterizedTest
    @CsvSource({"DT,soon", "TM,2460", "TM,0830+0100", "DR,soon^20260302", "NR,few^7", "XYZ,a^b"})
    void whatIsNotOfItsTypeStaysAsText(String type, String sent) {
        Mapped mapped = mapped(HEAD + "OBX|1|" + type + "|T^Test^L||" + sent);
        assertThat(all(mapped, Observation.class).get(0).getValueStringType().getValue())
                .isEqualTo(sent);
        assertThat(mapped.warnings()).anyMatch(it -> it.startsWith("OBX-5 in line 4"));
    }

    @ParameterizedTest
    @CsvSource({"XAD,Street 1^^Town", "CX,4711^^^LAB", "XPN,Muster^Max", "XTN,030 123", "NA,1^2^3", "VR,low"})
    void typeThatFhirHasNoPlaceForIsTextWithoutAWarning(String type, String sent) {
        Mapped mapped = mapped(HEAD + "OBX|1|" + type + "|T^Test^L||" + sent);
        assertThat(only(mapped, Observation.class).getValueStringType().getValue())
                .isEqualTo(sent);
        assertThat(mapped.warnings()).isEmpty();
    }

    @Test
    void dateRangeIsAPeriod() {
        Period period = observation("DR|T^Time^L||20260301^20260302").getValuePeriod();
        assertThat(period.getStartElement().getValueAsString()).isEqualTo("2026-03-01");
        assertThat(period.getEndElement().getValueAsString()).isEqualTo("2026-03-02");
        assertThat(observation("DR|T^Time^L||20260301^").getValuePeriod().hasEnd())
                .isFalse();
    }

    @Test
    void numericRangeIsARange() {
        Range range = observation("NR|LEU^Leukocytes^L||3.5^7|/nL").getValueRange();
        assertThat(range.getLow().getValueElement().getValueAsString()).isEqualTo("3.5");
        assertThat(range.getHigh().getUnit()).isEqualTo("/nL");
    }

    @Test
    void unitThatIsNotUcumAlthoughItSaysSoStaysInWords() {
        Mapped mapped = mapped(HEAD + "OBX|1|NM|K^Potassium^L||3.9|MMOLPERL^mmol per litre^UCUM");
        Quantity quantity = only(mapped, Observation.class).getValueQuantity();
        assertThat(quantity.getUnit()).isEqualTo("mmol per litre");
        assertThat(quantity.hasCode()).isFalse();
        assertThat(mapped.warnings())
                .containsExactly("OBX-6 in line 4 is not a unit of UCUM, as it says; it is kept in words only");
    }

    @Test
    void unitInTheWordsOfLaboratoriesIsTranslated() {
        Quantity quantity = observation("NM|ERY^Erythrocytes^L||4.9|tera.l-1").getValueQuantity();
        assertThat(quantity.getUnit()).isEqualTo("tera.l-1");
        assertThat(quantity.getCode()).isEqualTo("10*12/L");
    }

    @Test
    void resultWhoseTestIsNotNamedKeepsItsValue() {
        Observation observation = observation("NM|||4");
        assertThat(observation.getCode().getCodingFirstRep().getCode()).isEqualTo("unknown");
        assertThat(observation.getValueQuantity().getValue()).isEqualByComparingTo("4");
    }

    @Test
    void missingTypeMeansText() {
        assertThat(observation("|T^Test^L||positive").getValueStringType().getValue())
                .isEqualTo("positive");
    }

    @ParameterizedTest
    @CsvSource({"X,not-performed", "P,temp-unknown", "N,not-asked", "?,unknown", "'',unknown"})
    void missingValueSaysWhy(String status, String reason) {
        Observation observation = observation("NM|K^Potassium^L||\"\"||||||" + status);
        assertThat(observation.hasValue()).isFalse();
        assertThat(observation.getDataAbsentReason().getCodingFirstRep().getCode())
                .isEqualTo(reason);
    }
}
