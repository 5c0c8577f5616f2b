package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Locale;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Chained conditions are evaluated inside contained resources, which no search finds by themselves:
 * https://hl7.org/fhir/R4/search.html#contained.
 */
class ContainedSearchIT {

    private static final String DRUGS = "http://example.org/medications";

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String code = UUID.randomUUID().toString();

    @Test
    void aChainFindsWhatIsContainedAndWhatIsNot() {
        String containing = id(request(medication(code), "#mix"));
        String other = id(request(medication("other" + code), "#mix"));
        Resource stored = client.create(medication(code));
        String referring =
                id(request(null, "Medication/" + stored.getIdElement().getIdPart()));

        for (String search : List.of(
                "medication.code=" + DRUGS + "|" + code,
                "medication.code=" + code,
                "medication:Medication.code=" + code + ",nothing",
                "medication.ingredient-code=in" + code,
                "medication.status=active&medication.code=" + code,
                "medication.code=" + code + "&intent=order")) {
            assertThat(ids("/MedicationRequest?" + search)).as(search).containsExactlyInAnyOrder(containing, referring);
        }
        assertThat(ids("/MedicationRequest?medication.code=other" + code)).containsExactly(other);
        assertThat(ids("/MedicationRequest?medication.status=inactive&medication.code=" + code))
                .isEmpty();
        assertThat(ids("/Medication?code=" + code))
                .containsExactly(stored.getIdElement().getIdPart());
        assertThat(client.get("/MedicationRequest?_summary=count&medication.code=" + code)
                        .resource(Bundle.class)
                        .getTotal())
                .isEqualTo(2);
    }

    @Test
    void onlyWhatTheReferenceLeadsToIsLookedAt() {
        String family = "Enthalten" + code.substring(0, 8);
        Patient patient = new Patient();
        patient.setId("#who");
        patient.setBirthDateElement(new DateType("1980-05")).addName().setFamily(family);
        Practitioner nurse = new Practitioner();
        nurse.setId("#nurse");
        nurse.addName().setFamily("Pflege" + family);
        Observation observation = Records.observation(null);
        observation.setSubject(new Reference("#who")).addPerformer(new Reference("#nurse"));
        observation.addContained(patient).addContained(nurse);
        String found = id(observation);

        assertThat(ids("/Observation?subject.name=" + family)).containsExactly(found);
        assertThat(ids("/Observation?patient.family=" + family.toUpperCase(Locale.ROOT)))
                .containsExactly(found);
        assertThat(ids("/Observation?patient.birthdate=ge1980-05&patient.family=" + family))
                .containsExactly(found);
        assertThat(ids("/Observation?patient.birthdate=gt1980-05&patient.family=" + family))
                .isEmpty();
        assertThat(ids("/Observation?performer.name=Pflege" + family)).containsExactly(found);
        assertThat(ids("/Observation?subject.name=Pflege" + family)).isEmpty();
        assertThat(ids("/Observation?performer:Practitioner.name=" + family)).isEmpty();
    }

    @Test
    void whatIsChangedIsFoundByWhatItContainsNow() {
        MedicationRequest request = request(medication(code), "#mix");
        request.setId(id(request));
        ((Medication) request.getContained().get(0))
                .setCode(new CodeableConcept(new Coding(DRUGS, "new" + code, null)));
        assertThat(client.put("/MedicationRequest/" + request.getIdElement().getIdPart(), request)
                        .status())
                .isEqualTo(200);

        assertThat(ids("/MedicationRequest?medication.code=" + code)).isEmpty();
        assertThat(ids("/MedicationRequest?medication.code=new" + code)).hasSize(1);

        client.delete("/MedicationRequest/" + request.getIdElement().getIdPart());
        assertThat(ids("/MedicationRequest?medication.code=new" + code)).isEmpty();
    }

    @Test
    void conditionsOfWritesLookThereToo() {
        id(request(medication(code), "#mix"));

        assertThat(client.post(
                                "/MedicationRequest",
                                request(medication(code), "#mix"),
                                "If-None-Exist",
                                "medication.code=" + code)
                        .status())
                .isEqualTo(200);
    }

    private MedicationRequest request(Medication contained, String medication) {
        MedicationRequest request = new MedicationRequest()
                .setStatus(MedicationRequest.MedicationRequestStatus.ACTIVE)
                .setIntent(MedicationRequest.MedicationRequestIntent.ORDER)
                .setMedication(new Reference(medication));
        if (contained != null) {
            contained.setId("#mix");
            request.addContained(contained);
        }
        return request;
    }

    private static Medication medication(String code) {
        Medication medication = new Medication()
                .setStatus(Medication.MedicationStatus.ACTIVE)
                .setCode(new CodeableConcept(new Coding(DRUGS, code, null)));
        medication.addIngredient().setItem(new CodeableConcept(new Coding(DRUGS, "in" + code, null)));
        return medication;
    }

    private String id(Resource resource) {
        return client.create(resource).getIdElement().getIdPart();
    }

    private List<String> ids(String path) {
        return client.search(path.replace("|", "%7C")).stream()
                .map(it -> it.getIdElement().getIdPart())
                .toList();
    }
}
