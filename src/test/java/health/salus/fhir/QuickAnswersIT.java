package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What is answered in a shorter way than HAPI's own is answered as HAPI would. */
class QuickAnswersIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final FhirClient anybody = FhirClient.anonymous(server.fhirBase());

    @Test
    void metadataComeWithATagAndAreNotSentTwice() {
        Answer first = anybody.get("/metadata");
        Answer second = anybody.get("/metadata");

        assertThat(first.header("Content-Type")).startsWith("application/fhir+json");
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(second.header("ETag")).isNotEmpty().isEqualTo(first.header("ETag"));
        Answer known = anybody.get("/metadata", "If-None-Match", first.header("ETag"));
        assertThat(known.status()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
    }

    @Test
    void eachTenantIsToldItsOwnAddress() {
        CapabilityStatement ours = anybody.get("/metadata").resource(CapabilityStatement.class);
        CapabilityStatement north = FhirClient.anonymous(server.fhirBase() + "/north")
                .get("/metadata")
                .resource(CapabilityStatement.class);

        assertThat(ours.getImplementation().getUrl()).isEqualTo(server.fhirBase());
        assertThat(north.getImplementation().getUrl()).isEqualTo(server.fhirBase() + "/north");
    }

    @Test
    void metadataInOtherFormsAreMadeForTheRequest() {
        assertThat(anybody.get("/metadata", "Accept", "application/fhir+xml").text())
                .startsWith("<CapabilityStatement");
        assertThat(anybody.get("/metadata?_pretty=true").text()).contains("\n  ");
        assertThat(anybody.get("/metadata?_elements=fhirVersion").body().length)
                .isLessThan(anybody.get("/metadata").body().length / 10);
    }

    @Test
    void metadataOfAnUnknownTenantStayUnknown() {
        FhirClient nobody = FhirClient.anonymous(server.fhirBase() + "/nowhere");

        assertThat(nobody.get("/metadata").status()).isEqualTo(404);
        assertThat(nobody.get("/metadata").status()).isEqualTo(404);
    }

    @Test
    void batchOfCreatesIsAnsweredAsABatch() {
        Bundle answer = send(batch(Records.patient("Stapel"), Records.patient("Stapel")));

        assertThat(answer.getType()).isEqualTo(BundleType.BATCHRESPONSE);
        assertThat(statuses(answer)).allMatch(it -> it.startsWith("201")).hasSize(2);
        assertThat(client.search("/Patient?family=Stapel")).hasSize(2);
    }

    @Test
    void goodEntriesOfABatchAreKeptThoughOthersAreRefused() {
        Bundle answer = send(batch(
                Records.patient("Teilweise"),
                Records.observation("Patient/does-not-exist"),
                Records.patient("Teilweise")));

        assertThat(answer.getType()).isEqualTo(BundleType.BATCHRESPONSE);
        assertThat(statuses(answer))
                .satisfiesExactly(
                        it -> assertThat(it).startsWith("201"),
                        it -> assertThat(it).startsWith("4"),
                        it -> assertThat(it).startsWith("201"));
        assertThat(client.search("/Patient?family=Teilweise")).hasSize(2);
    }

    @Test
    void entriesOfABatchNeverSeeEachOther() {
        Bundle linked = batch(
                Records.patient("Verbunden"), Records.observation("urn:uuid:0b0e5f9e-63a5-4b6a-8a5e-2d6a3f1f7f09"));
        linked.getEntryFirstRep().setFullUrl("urn:uuid:0b0e5f9e-63a5-4b6a-8a5e-2d6a3f1f7f09");

        assertThat(statuses(send(linked)).get(1)).startsWith("4");
    }

    private Bundle send(Bundle batch) {
        Answer answer = client.post("/", batch);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.resource(Bundle.class);
    }

    private static Bundle batch(Resource... resources) {
        Bundle batch = new Bundle().setType(BundleType.BATCH);
        for (Resource resource : resources) {
            batch.addEntry()
                    .setResource(resource)
                    .getRequest()
                    .setMethod(HTTPVerb.POST)
                    .setUrl(resource.fhirType());
        }
        return batch;
    }

    private static List<String> statuses(Bundle answer) {
        return answer.getEntry().stream()
                .map(entry -> entry.getResponse().getStatus())
                .toList();
    }
}
