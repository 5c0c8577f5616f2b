package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What an EHR system does with the FHIR API. */
class FhirApiIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @Test
    void transactionStoresAllItsResourcesAndEachReadsBack() {
        Bundle response = transaction(Records.visit("Einlauf"));

        assertThat(response.getEntry()).hasSize(4).allSatisfy(entry -> {
            assertThat(entry.getResponse().getStatus()).startsWith("201");
            String path = "/"
                    + new IdType(entry.getResponse().getLocation())
                            .toUnqualifiedVersionless()
                            .getValue();
            assertThat(client.get(path).status()).isEqualTo(200);
        });
    }

    @Test
    void searchesFindByReferenceCodeAndDate() {
        IdType patient = patientOf(transaction(Records.visit("Suchmann")));
        String query = "/Observation?patient=" + patient.getIdPart() + "&code="
                + FhirClient.encode("http://loinc.org|718-7") + "&date=2026-01-02";

        assertThat(types(client.search(query))).containsExactly("Observation");
        assertThat(client.search(query.replace("2026-01-02", "2026-01-03"))).isEmpty();
    }

    @Test
    void searchesFollowReferencesBothWaysAndThroughChains() {
        IdType patient = patientOf(transaction(Records.visit("Kettmann")));
        String byPatient = "?patient=" + patient.getIdPart();

        assertThat(types(client.search("/Observation" + byPatient + "&_include=Observation:patient")))
                .containsExactlyInAnyOrder("Observation", "Patient");
        assertThat(types(client.search("/Patient?_id=" + patient.getIdPart() + "&_revinclude=Observation:patient")))
                .containsExactlyInAnyOrder("Patient", "Observation");
        assertThat(types(client.search("/Observation?patient.family=Kettmann"))).containsExactly("Observation");
        assertThat(types(client.search("/Patient?_has:Observation:patient:code=718-7&family=Kettmann")))
                .containsExactly("Patient");
    }

    @Test
    void tagsAndProfilesAreSearchableThoughTheyAreStoredInTheResource() {
        Patient patient = Records.patient("Marker");
        patient.getMeta().addTag("https://example.org/tags", "ward-7", null);
        patient.getMeta().addProfile("https://example.org/profiles/inpatient");
        String id = client.create(patient).getIdElement().getIdPart();

        assertThat(client.search("/Patient?_tag=" + FhirClient.encode("https://example.org/tags|ward-7")))
                .extracting(it -> it.getIdElement().getIdPart())
                .containsExactly(id);
        assertThat(client.search("/Patient?_profile=" + FhirClient.encode("https://example.org/profiles/inpatient")))
                .extracting(it -> it.getIdElement().getIdPart())
                .containsExactly(id);
    }

    @Test
    void historyKeepsEveryVersion() {
        Patient patient = client.create(Records.patient("Vorher"));
        String path = "/Patient/" + patient.getIdElement().getIdPart();
        patient.getNameFirstRep().setFamily("Nachher");

        assertThat(client.put(path, patient).status()).isEqualTo(200);
        assertThat(client.get(path + "/_history").resource(Bundle.class).getEntry())
                .hasSize(2);
        assertThat(client.get(path + "/_history/1")
                        .resource(Patient.class)
                        .getNameFirstRep()
                        .getFamily())
                .isEqualTo("Vorher");
        assertThat(client.get(path).header("ETag")).isEqualTo("W/\"2\"");
    }

    @Test
    void deletedResourceIsGoneButItsHistoryStays() {
        String path = "/Patient/"
                + client.create(Records.patient("Abgang")).getIdElement().getIdPart();

        assertThat(client.delete(path).status()).isIn(200, 204);
        assertThat(client.get(path).status()).isEqualTo(410);
        assertThat(client.get(path + "/_history/1").status()).isEqualTo(200);
    }

    @Test
    void clientMayChooseAnyId() {
        Patient patient = Records.patient("Nummer");
        patient.setId("4711");

        assertThat(client.put("/Patient/4711", patient).status()).isEqualTo(201);
        assertThat(client.get("/Patient/4711").status()).isEqualTo(200);
    }

    @Test
    void failedTransactionLeavesNothing() {
        Bundle visit = Records.visit("Halbfertig");
        visit.getEntry().get(2).getRequest().setUrl("Observation/");
        visit.addEntry()
                .setResource(Records.observation("Patient/does-not-exist"))
                .getRequest()
                .setMethod(Bundle.HTTPVerb.POST)
                .setUrl("Observation");

        assertThat(client.post("/", visit).status()).isBetween(400, 422);
        assertThat(client.search("/Patient?family=Halbfertig")).isEmpty();
    }

    @Test
    void syntheaBundleIsAcceptedUnmodified() throws IOException {
        try (InputStream bundle = getClass().getResourceAsStream("/fhir/synthea-patient.json")) {
            Answer answer = client.send(
                    "POST",
                    "/",
                    BodyPublishers.ofByteArray(bundle.readAllBytes()),
                    "Content-Type",
                    "application/fhir+json");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.resource(Bundle.class).getEntry())
                    .allSatisfy(
                            entry -> assertThat(entry.getResponse().getStatus()).startsWith("201"));
        }
    }

    @Test
    void capabilityStatementListsOurProfileAndNoCounts() {
        CapabilityStatement statement =
                FhirClient.anonymous(server.fhirBase()).get("/metadata").resource(CapabilityStatement.class);

        assertThat(statement.getRestFirstRep().getResource())
                .filteredOn(it -> it.getType().equals("Observation"))
                .singleElement()
                .satisfies(it -> assertThat(it.getSupportedProfile())
                        .extracting(profile -> profile.getValue())
                        .contains("https://salus.health/fhir/StructureDefinition/salus-laboratory-observation"))
                .satisfies(it -> assertThat(it.getExtension()).isEmpty());
    }

    private Bundle transaction(Bundle bundle) {
        Answer answer = client.post("/", bundle);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.resource(Bundle.class);
    }

    private static IdType patientOf(Bundle response) {
        return new IdType(response.getEntryFirstRep().getResponse().getLocation());
    }

    private static List<String> types(List<Resource> resources) {
        return resources.stream().map(Resource::fhirType).toList();
    }
}
