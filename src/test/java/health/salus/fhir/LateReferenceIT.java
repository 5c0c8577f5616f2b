package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import health.salus.tenant.TenantId;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What refers to something that comes later, or never: https://hl7.org/fhir/R4/http.html#integrity. */
class LateReferenceIT {

    private final TestServer server = OpenReferences.server();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @Test
    void referenceIsSearchedByItsTargetOnceThatIsThere() {
        String id = newId();
        Observation observation = client.create(Records.observation("Patient/" + id));
        assertThat(client.search("/Observation?subject=Patient/" + id)).hasSize(1);
        assertThat(client.search("/Observation?patient=" + id + "&_include=Observation:patient"))
                .hasSize(1);

        assertThat(put(id, "Spaet").status()).isEqualTo(201);

        assertThat(client.search("/Observation?subject=Patient/" + id)).hasSize(1);
        assertThat(client.search("/Observation?_id=" + bare(observation) + "&patient.family=Spaet"))
                .hasSize(1);
        assertThat(client.search("/Observation?patient=" + id + "&_include=Observation:patient"))
                .hasSize(2);
        assertThat(client.search("/Patient?_id=" + id + "&_revinclude=Observation:patient"))
                .hasSize(2);
        assertThat(client.search("/Patient?_id=" + id + "&_has:Observation:patient:code=718-7"))
                .hasSize(1);
        assertThat(client.get("/Observation/" + bare(observation)).header("ETag"))
                .isEqualTo("W/\"1\"");
        assertThat(client.get("/Patient/" + id + "/_history")
                        .resource(Bundle.class)
                        .getEntry())
                .singleElement()
                .satisfies(it -> assertThat(it.getRequest().getMethod()).isEqualTo(Bundle.HTTPVerb.PUT));
    }

    @Test
    void whatIsReferredToIsNotThereBeforeItComes() {
        String id = newId();
        client.create(Records.observation("Patient/" + id));

        assertThat(client.get("/Patient/" + id).status()).isEqualTo(404);
        assertThat(client.get("/Patient/" + id + "/_history").status()).isEqualTo(404);
        assertThat(client.get("/Patient/" + id + "/_history/1").status()).isEqualTo(404);
        assertThat(client.get("/Patient/" + id + "/$everything").status()).isEqualTo(404);
        assertThat(client.search("/Patient?_id=" + id)).isEmpty();
        assertThat(client.send(
                                "PATCH",
                                "/Patient/" + id,
                                BodyPublishers.ofString("[{\"op\":\"add\",\"path\":\"/gender\",\"value\":\"female\"}]"),
                                "Content-Type",
                                "application/json-patch+json")
                        .status())
                .isEqualTo(404);
        assertThat(client.delete("/Patient/" + id).status()).isLessThan(300);
    }

    @Test
    void whatComesLaterHasOneVersion() {
        String id = newId();
        client.create(Records.observation("Patient/" + id));

        Answer created = put(id, "Erste");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("ETag")).isEqualTo("W/\"1\"");
        Bundle history = client.get("/Patient/" + id + "/_history").resource(Bundle.class);
        assertThat(history.getEntry()).hasSize(1);
        assertThat(put(id, "Zweite").status()).isEqualTo(200);
        assertThat(client.get("/Patient/" + id).header("ETag")).isEqualTo("W/\"2\"");
    }

    @Test
    void transactionBringsWhatWasReferredTo() {
        String id = newId();
        client.create(Records.observation("Patient/" + id));
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        Patient patient = Records.patient("Paket");
        patient.setId(id);
        transaction
                .addEntry()
                .setResource(patient)
                .getRequest()
                .setMethod(HTTPVerb.PUT)
                .setUrl("Patient/" + id);

        Bundle answer = client.post("/", transaction).resource(Bundle.class);

        assertThat(answer.getEntryFirstRep().getResponse().getStatus()).startsWith("201");
        assertThat(client.search("/Observation?patient.family=Paket&patient=" + id))
                .hasSize(1);
    }

    @Test
    void referenceAndTargetMayComeAtTheSameTime() {
        List<String> ids = new ArrayList<>();
        List<CompletableFuture<Integer>> statuses = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String id = newId();
            ids.add(id);
            statuses.add(CompletableFuture.supplyAsync(
                    () -> client.post("/Observation", Records.observation("Patient/" + id))
                            .status()));
            statuses.add(CompletableFuture.supplyAsync(() -> put(id, "Zugleich").status()));
        }

        assertThat(statuses).extracting(CompletableFuture::join).containsOnly(201);
        for (String id : ids) {
            assertThat(client.search("/Observation?patient.family=Zugleich&patient=" + id))
                    .hasSize(1);
        }
    }

    @Test
    void whatWasDeletedCanBeReferredToAndComeAgain() {
        String id = newId();
        put(id, "Einst");
        assertThat(client.delete("/Patient/" + id).status()).isLessThan(300);

        client.create(Records.observation("Patient/" + id));
        assertThat(client.get("/Patient/" + id).status()).isEqualTo(410);
        assertThat(put(id, "Wieder").status()).isEqualTo(201);

        assertThat(client.search("/Observation?patient.family=Wieder&patient=" + id))
                .hasSize(1);
    }

    @Test
    void anotherTenantMakesPlaceholders() {
        String id = newId();
        TenantId north = new TenantId("north");

        write(north, Records.observation("Patient/" + id));

        assertThat(server.bean(JdbcClient.class)
                        .sql(
                                "SELECT count(*) FROM hfj_resource WHERE fhir_id = :id AND res_deleted_at IS NULL AND res_ver = 1")
                        .param("id", id)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void andAnotherOneRefuses() {
        assertThatThrownBy(() -> write(new TenantId("south"), Records.observation("Patient/" + newId())))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void whatCannotBeAnIdIsRefused() {
        assertThat(client.post("/Observation", Records.observation("Patient/" + "x".repeat(65)))
                        .status())
                .isEqualTo(400);
    }

    private void write(TenantId tenant, Observation observation) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(observation)
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Observation");
        server.bean(ResourceWriter.class).transaction(new WriteOrigin(tenant, "test"), transaction);
    }

    private Answer put(String id, String family) {
        Patient patient = Records.patient(family);
        patient.setId(id);
        return client.put("/Patient/" + id, patient);
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    private static String bare(Observation observation) {
        return observation.getIdElement().getIdPart();
    }
}
