package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Patient/[id]/$everything, https://hl7.org/fhir/R4/operation-patient-everything.html. */
class EverythingIT {

    private static final int MEDICATIONS = 90;

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @ParameterizedTest
    @ValueSource(strings = {"", "?_count=1000", "?_count=50", "?_count=10", "?_count=7"})
    void isCompleteAtEveryPageSize(String size) {
        String patient = patientWithMedications();

        List<String> all = everything("/Patient/" + patient + "/$everything" + size);

        assertThat(all).doesNotHaveDuplicates();
        assertThat(all).filteredOn(it -> it.startsWith("Patient/")).hasSize(1);
        assertThat(all).filteredOn(it -> it.startsWith("MedicationRequest/")).hasSize(MEDICATIONS);
        assertThat(all).filteredOn(it -> it.startsWith("Medication/")).hasSize(MEDICATIONS);
    }

    @Test
    void keepsToTheTypesAndTheTimeThatAreAskedFor() {
        String patient = patientWithMedications();
        String path = "/Patient/" + patient + "/$everything?_count=20&";

        assertThat(everything(path + "_type=MedicationRequest"))
                .hasSize(MEDICATIONS)
                .allMatch(it -> it.startsWith("MedicationRequest/"));
        assertThat(everything(path + "_type=Medication,Patient")).hasSize(MEDICATIONS + 1);
        assertThat(everything(path + "_since=2999-01-01T00:00:00Z")).isEmpty();
        assertThat(everything(path + "_since=2020-01-01")).hasSize(2 * MEDICATIONS + 1);
        assertThat(client.get(path + "start=yesterday").status()).isEqualTo(400);
    }

    @Test
    void keepsToTheDatesOfCare() {
        String patient = client.create(Records.patient("Zeiten")).getIdElement().getIdPart();
        client.create(Records.observation("Patient/" + patient));
        String path = "/Patient/" + patient + "/$everything?";

        assertThat(everything(path + "start=2026-01-02&end=2026-01-02")).hasSize(2);
        assertThat(everything(path + "start=2026-01-03")).hasSize(1);
        assertThat(everything(path + "end=2026-01-01")).hasSize(1);
    }

    private String patientWithMedications() {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        Patient patient = client.create(Records.patient("Alles"));
        for (int i = 0; i < MEDICATIONS; i++) {
            String medication = "urn:uuid:00000000-0000-4000-8000-0000000000" + (10 + i);
            add(transaction, new Medication().setCode(new CodeableConcept().setText("Nr. " + i)))
                    .setFullUrl(medication);
            MedicationRequest request = new MedicationRequest();
            request.setStatus(MedicationRequest.MedicationRequestStatus.ACTIVE)
                    .setIntent(MedicationRequest.MedicationRequestIntent.ORDER)
                    .setMedication(new Reference(medication))
                    .setSubject(
                            new Reference("Patient/" + patient.getIdElement().getIdPart()));
            add(transaction, request);
        }
        Answer answer = client.post("/", transaction);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return patient.getIdElement().getIdPart();
    }

    private static Bundle.BundleEntryComponent add(Bundle transaction, Resource resource) {
        Bundle.BundleEntryComponent entry = transaction.addEntry().setResource(resource);
        entry.getRequest().setMethod(HTTPVerb.POST).setUrl(resource.fhirType());
        return entry;
    }

    private List<String> everything(String path) {
        List<String> all = new ArrayList<>();
        for (String next = path; next != null; ) {
            Answer answer = client.get(next);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            Bundle page = answer.resource(Bundle.class);
            page.getEntry()
                    .forEach(entry -> all.add(entry.getResource()
                            .getIdElement()
                            .toUnqualifiedVersionless()
                            .getValue()));
            next = page.getLink("next") == null ? null : page.getLink("next").getUrl();
        }
        return all;
    }
}
