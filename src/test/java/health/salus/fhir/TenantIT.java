package health.salus.fhir;

import health.salus.tenant.TenantId;
import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Institutions share the server without seeing each other. */
class TenantIT {

    private static final TenantId NORTH = new TenantId("north");
    private static final TenantId SOUTH = new TenantId("south");

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @Test
    void twoTenantsMayOwnTheSameResourceId() {
        put(NORTH, patient("same-id", "Nordmann"));
        put(SOUTH, patient("same-id", "Südmann"));

        assertThat(familiesOf("same-id")).containsExactlyInAnyOrder("Nordmann", "Südmann");
    }

    @Test
    void conditionalCreateLooksInItsOwnTenantOnly() {
        Patient patient = Records.patient("Doppel");
        patient.addIdentifier().setSystem("urn:example").setValue("mrn-1");

        assertThat(createIfNone(NORTH, patient.copy())).startsWith("201");
        assertThat(createIfNone(SOUTH, patient.copy())).startsWith("201");
        assertThat(createIfNone(SOUTH, patient.copy())).startsWith("200");
    }

    @Test
    void resourceOfOneTenantIsUnknownInAnother() {
        put(NORTH, patient("north-only", "Nordmann"));

        assertThat(client.get("/Patient/north-only").status()).isEqualTo(404);
        assertThat(client.search("/Patient?family=Nordmann")).isEmpty();
        assertThat(client.post("/Observation", Records.observation("Patient/north-only"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void tokenOfOneTenantIsRefusedAtAnother() {
        FhirClient north = FhirClient.withToken(
                server.fhirBase() + "/north", client.token().orElseThrow());

        assertThat(north.get("/Patient").status()).isEqualTo(401);
    }

    @Test
    void absoluteReferenceBelowTheOwnBaseIsALocalOne() {
        String patient =
                client.create(Records.patient("Absolut")).getIdElement().getIdPart();
        Observation observation = client.create(Records.observation(server.fhirBase() + "/Patient/" + patient));

        assertThat(observation.getSubject().getReference()).isEqualTo("Patient/" + patient);
    }

    @Test
    void absoluteReferenceToAnotherTenantIsNotTakenForALocalOne() {
        String id = client.create(Records.patient("Eigen")).getIdElement().getIdPart();
        String foreign = server.fhirBase() + "/north/Patient/" + id;

        assertThat(client.create(Records.observation(foreign)).getSubject().getReference())
                .isEqualTo(foreign);
    }

    private void put(TenantId tenant, Patient patient) {
        String id = patient.getIdElement().getIdPart();
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(patient)
                .getRequest()
                .setMethod(HTTPVerb.PUT)
                .setUrl("Patient/" + id);
        server.bean(ResourceWriter.class).transaction(new WriteOrigin(tenant, "test"), transaction);
    }

    private String createIfNone(TenantId tenant, Resource patient) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(patient)
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Patient")
                .setIfNoneExist("identifier=urn:example|mrn-1");
        return server.bean(ResourceWriter.class)
                .transaction(new WriteOrigin(tenant, "test"), transaction)
                .getEntryFirstRep()
                .getResponse()
                .getStatus();
    }

    private List<String> familiesOf(String id) {
        return server.bean(JdbcClient.class)
                .sql("""
                        SELECT (v.res_text_vc::json)->'name'->0->>'family'
                          FROM hfj_resource r
                          JOIN hfj_res_ver v ON v.res_id = r.res_id AND v.partition_id = r.partition_id AND v.res_ver = r.res_ver
                         WHERE r.fhir_id = :id
                        """)
                .param("id", id)
                .query(String.class)
                .list();
    }

    private static Patient patient(String id, String family) {
        Patient patient = Records.patient(family);
        patient.setIdElement(new IdType(id));
        return patient;
    }
}
