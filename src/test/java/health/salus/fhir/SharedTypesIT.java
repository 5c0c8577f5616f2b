package health.salus.fhir;

import ca.uhn.fhir.jpa.partition.IRequestPartitionHelperSvc;
import health.salus.tenant.SharedTypes;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Questionnaire;
import org.junit.jupiter.api.Test;

import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds for the whole server, such as questionnaires, lies in one place. */
class SharedTypesIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @Test
    void sharedTypesAreThoseOfHapi() {
        IRequestPartitionHelperSvc hapi = server.bean(IRequestPartitionHelperSvc.class);

        assertThat(FhirClient.FHIR.getResourceTypes())
                .allMatch(type -> SharedTypes.contains(type) != hapi.isResourcePartitionable(type));
    }

    @Test
    void programOfTheDefaultTenantWritesThem() {
        Questionnaire stored = client.create(questionnaire());
        String path = "/Questionnaire/" + stored.getIdElement().getIdPart();

        assertThat(client.get(path).status()).isEqualTo(200);
        assertThat(client.search("/Questionnaire?url=" + stored.getUrl())).hasSize(1);
        assertThat(client.put(path, stored.setTitle("Changed")).status()).isEqualTo(200);
        assertThat(client.delete(path).status()).isIn(200, 204);
    }

    @Test
    void transactionMayHoldThemBesideWhatIsTheTenantsOwn() {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(questionnaire())
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Questionnaire");
        transaction
                .addEntry()
                .setResource(Records.patient("Beisatz"))
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Patient");

        Answer answer = client.post("/", transaction);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.resource(Bundle.class).getEntry())
                .allSatisfy(
                        entry -> assertThat(client.get("/" + entry.getResponse().getLocation())
                                        .status())
                                .isEqualTo(200));
    }

    private static Questionnaire questionnaire() {
        return new Questionnaire().setUrl("urn:uuid:" + UUID.randomUUID()).setStatus(PublicationStatus.ACTIVE);
    }
}
