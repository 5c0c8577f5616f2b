package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** What a transaction creates is found by all that it says, and no more by what an update takes away. */
class WrittenReferencesIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String family = "T" + UUID.randomUUID().toString().substring(0, 8);

    @Test
    void whatATransactionCreatedIsFoundByItsPresentValuesOnly() {
        String id = create(Records.patient(family));
        assertThat(client.search("/Patient?family=" + family)).hasSize(1);

        Patient married = client.get("/" + id).resource(Patient.class);
        married.getNameFirstRep().setFamily(family + "-Neu");
        assertThat(client.put("/" + id, married).status()).isEqualTo(200);

        assertThat(client.search("/Patient?family:exact=" + family)).isEmpty();
        assertThat(client.search("/Patient?family:exact=" + family + "-Neu")).hasSize(1);
    }

    @Test
    void referencesWithinATransactionAreFoundAndFollowAnUpdate() {
        String other = create(Records.patient(family));
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setFullUrl("urn:uuid:2f0c1f3e-7c1a-4e07-8a54-5a0c6f3f7e01")
                .setResource(Records.patient(family))
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Patient");
        transaction
                .addEntry()
                .setResource(Records.observation("urn:uuid:2f0c1f3e-7c1a-4e07-8a54-5a0c6f3f7e01"))
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Observation");
        Bundle answer = client.post("/", transaction).resource(Bundle.class);
        String patient = location(answer, 0);
        Resource observation =
                client.search("/Observation?subject=" + patient + "&code=718-7").get(0);

        Resource moved = Records.observation(other);
        String id = observation.getIdElement().toUnqualifiedVersionless().getValue();
        moved.setId(id);
        assertThat(client.put("/" + id, moved).status()).isEqualTo(200);

        assertThat(client.search("/Observation?subject=" + patient)).isEmpty();
        assertThat(client.search("/Observation?subject=" + other)).hasSize(1);
    }

    private String create(Resource resource) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(resource)
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl(resource.fhirType());
        return location(client.post("/", transaction).resource(Bundle.class), 0);
    }

    private static String location(Bundle answer, int entry) {
        return new IdType(answer.getEntry().get(entry).getResponse().getLocation())
                .toUnqualifiedVersionless()
                .getValue();
    }
}
