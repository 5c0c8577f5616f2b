package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Date;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** References come back as they were written, https://hl7.org/fhir/R4/references.html. */
class ReferenceKeepingIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @Test
    void referenceToAVersionKeepsItAndIsFoundByItsTarget() {
        Patient patient = client.create(Records.patient("Herkunft"));
        String target = "Patient/" + patient.getIdElement().getIdPart();

        Provenance stored = client.create(provenance(target + "/_history/1"));

        assertThat(stored.getTargetFirstRep().getReference()).isEqualTo(target + "/_history/1");
        assertThat(client.search("/Provenance?target=" + target)).hasSize(1);
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(provenance(target + "/_history/1"))
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Provenance");
        assertThat(client.post("/", transaction).status()).isEqualTo(200);
        assertThat(client.search("/Provenance?target=" + target))
                .hasSize(2)
                .allSatisfy(
                        it -> assertThat(((Provenance) it).getTargetFirstRep().getReference())
                                .isEqualTo(target + "/_history/1"));
    }

    @Test
    void conditionalReferenceLeadsToWhatItNamesAndNotToItsFirstVersion() {
        String identifier = "urn:salus:test|" + UUID.randomUUID();
        for (int time = 0; time < 2; time++) {
            Observation observation = Records.observation("Patient/" + patient());
            observation.addPerformer(new Reference("Practitioner?identifier=" + identifier));
            Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
            transaction
                    .addEntry()
                    .setResource(observation)
                    .getRequest()
                    .setMethod(HTTPVerb.POST)
                    .setUrl("Observation");
            Answer answer = client.post("/", transaction);
            String location = answer.resource(Bundle.class)
                    .getEntryFirstRep()
                    .getResponse()
                    .getLocation();

            assertThat(client.get("/"
                                    + new IdType(location)
                                            .toUnqualifiedVersionless()
                                            .getValue())
                            .resource(Observation.class)
                            .getPerformerFirstRep()
                            .getReference())
                    .matches("Practitioner/[^/]+");
        }
    }

    private String patient() {
        return client.create(Records.patient("Bedingt")).getIdElement().getIdPart();
    }

    @Test
    void referenceWithoutAVersionGetsNone() {
        String urn = "urn:uuid:" + UUID.randomUUID();
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setFullUrl(urn)
                .setResource(Records.patient("Ohne"))
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Patient");
        transaction
                .addEntry()
                .setResource(Records.observation(urn))
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Observation");

        Bundle answer = client.post("/", transaction).resource(Bundle.class);

        Answer observation =
                client.get("/" + answer.getEntry().get(1).getResponse().getLocation());
        assertThat(observation.resource(Observation.class).getSubject().getReference())
                .startsWith("Patient/")
                .doesNotContain("_history");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://www.BenefitsInc.com/fhir/oralhealthclaim/1", "https://example.org/fhir/Patient/1"})
    void addressElsewhereIsTakenAsItIsAndFound(String address) {
        String unique = address.replace("/1", "/" + UUID.randomUUID());
        Observation stored = client.create(Records.observation(unique));

        assertThat(stored.getSubject().getReference()).isEqualTo(unique);
        assertThat(client.search("/Observation?subject=" + FhirClient.encode(unique)))
                .hasSize(1);
    }

    @Test
    void addressOfAVersionElsewhereKeepsIt() {
        String address = "http://example.org/fhir/Patient/1/_history/2";

        assertThat(client.create(Records.observation(address)).getSubject().getReference())
                .isEqualTo(address);
    }

    private static Provenance provenance(String target) {
        Provenance provenance = new Provenance().setRecorded(new Date());
        provenance.addTarget(new Reference(target));
        provenance.addAgent().setWho(new Reference().setDisplay("a test"));
        return provenance;
    }
}
