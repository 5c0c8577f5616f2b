package health.salus.mapping;

import health.salus.mapping.FieldMerge.Treatment;
import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static health.salus.mapping.OruMapping.entries;
import static health.salus.mapping.OruMapping.mapped;
import static health.salus.mapping.OruMapping.only;
import static health.salus.mapping.OruMapping.reasons;
import static org.assertj.core.api.Assertions.assertThat;

/** What ADT says of a patient and a visit goes into what is stored, field by field. */
class AdtMappingTest {

    private static final String PATIENT =
            "PID|||4711^^^CITYHOSPITAL^MR||Mustermann^Erika||19740812|F|||Weg 1^^Köln||1^PRN^PH|2^WPN^PH";
    private static final String VISIT = "PV1||I|WEST^201^B||||||||||||||||V-77|||||||||||||||||||||||||20260301080000|";

    @ParameterizedTest
    @CsvSource({
        "A01,in-progress",
        "A02,in-progress",
        "A03,finished",
        "A04,in-progress",
        "A05,planned",
        "A06,in-progress",
        "A07,in-progress",
        "A11,cancelled",
        "A12,in-progress",
        "A13,in-progress"
    })
    void eventSaysHowTheVisitStands(String event, String status) {
        Mapped mapped = mapped(adt(event, PATIENT, VISIT));
        assertThat(only(mapped, Encounter.class).getStatus().toCode()).isEqualTo(status);
        assertThat(merge(mapped, 1).elements()).containsEntry("status", Treatment.REPLACE);
    }

    @Test
    void changeOfDataDoesNotSayHowTheVisitStands() {
        Mapped mapped = mapped(adt("A08", PATIENT, VISIT));
        assertThat(merge(mapped, 1).elements()).containsKey("location").doesNotContainKey("status");
        assertThat(only(mapped, Encounter.class).getStatus()).isEqualTo(EncounterStatus.INPROGRESS);
    }

    @Test
    void dischargeTakenBackDeletesItsTime() {
        assertThat(merge(mapped(adt("A13", PATIENT, VISIT)), 1).elements())
                .containsEntry("period.end", Treatment.CLEAR)
                .containsEntry("period.start", Treatment.REPLACE);
    }

    @Test
    void fieldThatIsAbsentLeavesWhatIsStored() {
        Patient stored = only(mapped(adt("A28", PATIENT)), Patient.class);
        Mapped update = mapped(adt("A31", "PID|||4711^^^CITYHOSPITAL^MR||Musterfrau^Erika"));
        Patient merged = (Patient) merge(update, 0).into(stored, only(update, Patient.class));
        assertThat(merged.getNameFirstRep().getFamily()).isEqualTo("Musterfrau");
        assertThat(merged.getName()).hasSize(1);
        assertThat(merged.getBirthDateElement().getValueAsString()).isEqualTo("1974-08-12");
        assertThat(merged.getAddress()).extracting(Address::getCity).containsExactly("Köln");
    }

    @Test
    void explicitNullDeletesWhatIsStored() {
        Patient stored = only(mapped(adt("A28", PATIENT)), Patient.class);
        Mapped update = mapped(adt("A31", "PID|||4711^^^CITYHOSPITAL^MR||||\"\"||||\"\""));
        Patient merged = (Patient) merge(update, 0).into(stored, only(update, Patient.class));
        assertThat(merged.hasBirthDate()).isFalse();
        assertThat(merged.hasAddress()).isFalse();
        assertThat(merged.getNameFirstRep().getFamily()).isEqualTo("Mustermann");
    }

    @Test
    void telephoneAtHomeDoesNotReplaceTheOneAtWork() {
        Patient stored = only(mapped(adt("A28", PATIENT)), Patient.class);
        Mapped update = mapped(adt("A31", "PID|||4711^^^CITYHOSPITAL^MR||||||||||9^PRN^PH"));
        Patient merged = (Patient) merge(update, 0).into(stored, only(update, Patient.class));
        assertThat(merged.getTelecom())
                .extracting(it -> it.getUse().toCode() + " " + it.getValue())
                .containsExactly("home 9", "work 2");
    }

    @Test
    void identifiersAreAddedAndNoneIsLost() {
        Patient stored = only(mapped(adt("A28", PATIENT)), Patient.class);
        Mapped update = mapped(adt("A31", "PID|||4711^^^CITYHOSPITAL^MR~99^^^STATE^SS"));
        Patient merged = (Patient) merge(update, 0).into(stored, only(update, Patient.class));
        assertThat(merged.getIdentifier()).extracting(it -> it.getValue()).containsExactly("4711", "99");
    }

    @Test
    void mergingTheSameMessageTwiceChangesNothing() {
        Patient stored = only(mapped(adt("A28", PATIENT)), Patient.class);
        Mapped again = mapped(adt("A28", PATIENT));
        assertThat(merge(again, 0).into(stored, only(again, Patient.class)).equalsDeep(stored))
                .isTrue();
    }

    @Test
    void startOfTheVisitOutlivesItsEnd() {
        Encounter stored = only(mapped(adt("A01", PATIENT, VISIT)), Encounter.class);
        Mapped discharge =
                mapped(adt("A03", PATIENT, "PV1||I|||||||||||||||||V-77|||||||||||||||||||||||||" + "|20260305110000"));
        Encounter merged = (Encounter) merge(discharge, 1).into(stored, only(discharge, Encounter.class));
        assertThat(merged.getPeriod().getStartElement().getValueAsString()).isEqualTo("2026-03-01T08:00:00+01:00");
        assertThat(merged.getPeriod().getEndElement().getValueAsString()).isEqualTo("2026-03-05T11:00:00+01:00");
        assertThat(merged.getStatus()).isEqualTo(EncounterStatus.FINISHED);
    }

    @ParameterizedTest
    @CsvSource({"A40", "A34", "A18"})
    void mergeNamesThePatientWhoStaysAndTheOneWhoGoes(String event) {
        Mapped mapped = mapped(adt(event, PATIENT, "MRG|0815^^^CITYHOSPITAL^MR"));
        assertThat(mapped.patientMerges())
                .extracting(it ->
                        it.retired().getValue() + " into " + it.surviving().getValue())
                .containsExactly("0815 into 4711");
        assertThat(mapped.patientMerges().get(0).retired().getSystem())
                .isEqualTo("urn:x-hl7v2:CITYHOSPITAL:CITYHOSPITAL");
        assertThat(entries(mapped)).hasSize(1);
    }

    @Test
    void severalMergesOfOneMessageAllCount() {
        Mapped mapped = mapped(adt(
                "A40",
                PATIENT,
                "MRG|0815^^^CITYHOSPITAL^MR",
                "PID|||4712^^^CITYHOSPITAL^MR",
                "MRG|0816^^^CITYHOSPITAL^MR"));
        assertThat(mapped.patientMerges()).hasSize(2);
    }

    @Test
    void mergeWithoutThePatientWhoGoesIsRefused() {
        assertThat(reasons(adt("A40", PATIENT)))
                .containsExactly("MRG-1 does not say which patient is merged (PID in line 2)");
    }

    @Test
    void patientMergedWithThemselvesIsNotMerged() {
        Mapped mapped = mapped(adt("A40", PATIENT, "MRG|4711^^^CITYHOSPITAL^MR"));
        assertThat(mapped.patientMerges()).isEmpty();
        assertThat(mapped.warnings()).containsExactly("MRG-1 names the patient of PID-3; there is nothing to merge");
    }

    private static FieldMerge merge(Mapped mapped, int entry) {
        String fullUrl = entries(mapped).get(entry).getFullUrl();
        return mapped.merges().stream()
                .filter(it -> it.fullUrl().equals(fullUrl))
                .findFirst()
                .orElseThrow();
    }

    private static String adt(String event, String... segments) {
        return "MSH|^~\\&|HIS|CITYHOSPITAL|||20260301103015||ADT^" + event + "|M1|P|2.5.1\n"
                + String.join("\n", segments);
    }
}
