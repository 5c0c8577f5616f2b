package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Encounter/[id]/$everything and Group/[id]/$everything, and the operation by POST:
 * https://hl7.org/fhir/R4/operation-encounter-everything.html, https://hl7.org/fhir/R4/operation-group-everything.html.
 */
class RecordEverythingIT {

    private static final int OBSERVATIONS = 12;

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String patient = create(Records.patient("Aufenthalt"));
    private final String doctor = create(new Practitioner().setActive(true));
    private final String ward = create(new Location().setName("Station 3"));
    private final String encounter = create(encounter());
    private final List<String> observations = new ArrayList<>();

    RecordEverythingIT() {
        for (int i = 0; i < OBSERVATIONS; i++) {
            Observation observation = Records.observation(patient).setEncounter(new Reference(encounter));
            observations.add(create(observation.addPerformer(new Reference(doctor))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?_count=1000", "?_count=5", "?_count=1"})
    void anEncounterIsCompleteAtEveryPageSize(String size) {
        create(Records.observation(patient));

        List<String> all = everything("/" + encounter + "/$everything" + size);

        List<String> expected = new ArrayList<>(observations);
        expected.addAll(List.of(encounter, patient, doctor, ward));
        assertThat(all).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void anEncounterKeepsToTypesAndTimes() {
        String path = "/" + encounter + "/$everything?_count=4&";

        assertThat(everything(path + "_type=Observation")).containsExactlyInAnyOrderElementsOf(observations);
        assertThat(everything(path + "_type=Location,Practitioner")).containsExactlyInAnyOrder(ward, doctor);
        assertThat(everything(path + "_since=2999-01-01T00:00:00Z")).isEmpty();
        assertThat(everything(path + "_since=2020-01-01T00:00:00Z")).hasSize(OBSERVATIONS + 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?_count=1000", "?_count=5", "?_count=1"})
    void aGroupHasTheRecordsOfItsActiveMembersAndOfNobodyElse(String size) {
        String former = create(Records.patient("Frueher"));
        create(Records.observation(former));
        String other = create(Records.patient("Allein"));
        Group group = new Group().setActual(true).setType(Group.GroupType.PERSON);
        group.addMember().setEntity(new Reference(patient));
        group.addMember().setEntity(new Reference(other));
        group.addMember().setEntity(new Reference(former)).setInactive(true);
        String id = create(group);

        List<String> expected = new ArrayList<>(observations);
        expected.addAll(List.of(id, patient, other, encounter, doctor, ward));
        assertThat(everything("/" + id + "/$everything" + size)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(everything("/" + id + "/$everything?_count=3&start=2026-01-03&_type=Observation"))
                .isEmpty();
        assertThat(everything("/" + id + "/$everything?_count=3&start=2026-01-02&_type=Observation"))
                .hasSize(OBSERVATIONS);
    }

    @Test
    void theParametersMayComeInABody() {
        for (String of : List.of(encounter, patient)) {
            Parameters asked = new Parameters();
            asked.addParameter().setName("_type").setValue(new CodeType("Observation"));
            asked.addParameter().setName("_type").setValue(new CodeType("Practitioner"));
            asked.addParameter().setName("_since").setValue(new InstantType("2020-01-01T00:00:00Z"));
            asked.addParameter().setName("_count").setValue(new IntegerType(5));
            Answer first = client.post("/" + of + "/$everything", asked);

            assertThat(first.resource(Bundle.class).getEntry()).hasSizeLessThanOrEqualTo(5);
            List<String> expected = new ArrayList<>(observations);
            expected.add(doctor);
            assertThat(pages(first)).as(of).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void whatIsNotThereOrNotUnderstoodIsAnError() {
        assertThat(client.get("/Encounter/none/$everything").status()).isEqualTo(404);
        assertThat(client.get("/Group/none/$everything").status()).isEqualTo(404);
        assertThat(client.get("/" + encounter + "/$everything?_since=yesterday").status())
                .isEqualTo(400);
        assertThat(client.get("/" + encounter + "/$everything?after=nothing").status())
                .isEqualTo(400);
        assertThat(client.post("/" + encounter + "/$everything", Records.patient("Kein Parameter"))
                        .status())
                .isEqualTo(400);
        assertThat(FhirClient.anonymous(server.fhirBase())
                        .get("/" + encounter + "/$everything")
                        .status())
                .isEqualTo(401);
    }

    private Encounter encounter() {
        Encounter visit = new Encounter()
                .setStatus(Encounter.EncounterStatus.INPROGRESS)
                .setClass_(new Coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP", null))
                .setSubject(new Reference(patient));
        visit.addParticipant().setIndividual(new Reference(doctor));
        visit.addLocation().setLocation(new Reference(ward));
        return visit;
    }

    private String create(Resource resource) {
        return reference(client.create(resource));
    }

    private List<String> everything(String path) {
        return pages(client.get(path));
    }

    private List<String> pages(Answer first) {
        List<String> all = new ArrayList<>();
        for (Answer answer = first; answer != null; ) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            Bundle page = answer.resource(Bundle.class);
            page.getEntry().forEach(entry -> all.add(reference(entry.getResource())));
            answer = page.getLink("next") == null
                    ? null
                    : client.get(page.getLink("next").getUrl());
        }
        return all;
    }

    private static String reference(Resource resource) {
        return resource.getIdElement().toUnqualifiedVersionless().getValue();
    }
}
