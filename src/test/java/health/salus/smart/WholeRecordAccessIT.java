package health.salus.smart;

import health.salus.testing.FhirClient.Answer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

import java.util.List;

import static health.salus.smart.TwoRecords.anna;
import static health.salus.smart.TwoRecords.client;
import static health.salus.smart.TwoRecords.foreignObservation;
import static health.salus.smart.TwoRecords.observation;
import static health.salus.smart.TwoRecords.ownObservation;
import static health.salus.smart.TwoRecords.staff;
import static org.assertj.core.api.Assertions.assertThat;

/** What operations and searches over several types show to an app with a token for the record of one patient. */
class WholeRecordAccessIT {

    @Test
    void everythingOfAnEncounterHasNothingOfOthers() {
        encounter("anna", "visit-anna");
        encounter("bela", "visit-bela");
        Observation own = observation("anna", "718-7").setEncounter(new Reference("Encounter/visit-anna"));
        TwoRecords.put(own, "of-visit");
        Observation foreign = observation("bela", "718-7").setEncounter(new Reference("Encounter/visit-anna"));
        TwoRecords.put(foreign, "stray-in-visit");
        Group both = new Group().setActual(true).setType(Group.GroupType.PERSON);
        both.addMember().setEntity(new Reference("Patient/anna"));
        both.addMember().setEntity(new Reference("Patient/bela"));
        TwoRecords.put(both, "both");

        for (Answer answer : List.of(
                anna.get("/Encounter/visit-anna/$everything"),
                anna.post("/Encounter/visit-anna/$everything", new Parameters()))) {
            assertThat(ids(answer)).contains("visit-anna", "of-visit", "anna").doesNotContain("stray-in-visit", "bela");
        }
        assertThat(ids(staff.get("/Encounter/visit-anna/$everything"))).contains("stray-in-visit", "bela");
        assertThat(anna.get("/Encounter/visit-bela/$everything").status()).isEqualTo(404);
        assertThat(anna.post("/Encounter/visit-bela/$everything", new Parameters())
                        .status())
                .isEqualTo(404);
        assertThat(anna.get("/Patient/bela/$everything").status()).isEqualTo(404);
        assertThat(anna.post("/Patient/bela/$everything", new Parameters()).status())
                .isEqualTo(404);
        assertThat(anna.get("/Group/both/$everything").status()).isEqualTo(403);
        assertThat(client(Role.SYSTEM, null, "system/Observation.rs")
                        .get("/Encounter/visit-anna/$everything")
                        .status())
                .isIn(403, 404);
    }

    @Test
    void pagesOfAnEncounterDoNotTellWhatIsLeftOut() {
        encounter("anna", "visit-in-pages");
        for (String id : List.of("a-stray", "b-stray", "z-stray")) {
            TwoRecords.put(observation("bela", "718-7").setEncounter(new Reference("Encounter/visit-in-pages")), id);
        }

        String path = "/Encounter/visit-in-pages/$everything?_count=1";
        Answer first = anna.get(path);
        Answer last = anna.get(first.resource(Bundle.class).getLink("next").getUrl());

        assertThat(ids(first)).containsExactly("visit-in-pages");
        assertThat(ids(last)).containsExactly("anna");
        assertThat(last.resource(Bundle.class).getLink("next")).isNull();
        assertThat(first.text() + last.text()).doesNotContain("stray");
    }

    @Test
    void aSearchOfSeveralTypesShowsNoOtherRecord() {
        Answer first = anna.get("/?_type=Patient,Observation&_count=1000");

        assertThat(ids(first)).containsExactly("anna");
        Answer next = anna.get(first.resource(Bundle.class).getLink("next").getUrl());
        assertThat(ids(next)).contains(ownObservation).doesNotContain(foreignObservation);
        assertThat(anna.get("/?_type=Group").status()).isEqualTo(403);
    }

    private static void encounter(String patient, String id) {
        Encounter visit = new Encounter().setStatus(Encounter.EncounterStatus.FINISHED);
        visit.setClass_(new Coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB", null));
        TwoRecords.put(visit.setSubject(new Reference("Patient/" + patient)), id);
    }

    private static List<String> ids(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.resource(Bundle.class).getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .map(it -> it.getIdElement().getIdPart())
                .toList();
    }
}
