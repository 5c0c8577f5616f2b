package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

/** Batches and transactions that are none, https://hl7.org/fhir/R4/http.html#transaction. */
class BundleSyntaxIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"BATCH", "TRANSACTION"})
    void entryThatSaysNothingToDoIs400AndNothingIsStored(BundleType type) {
        List<Consumer<Bundle.BundleEntryComponent>> mistakes = List.of(
                entry -> entry.setRequest(null),
                entry -> entry.getRequest().setMethod(null),
                entry -> entry.getRequest().setUrl(null),
                entry -> entry.setResource(null),
                entry -> entry.getRequest().setUrl("Foo"),
                entry -> entry.getRequest().setUrl("Observation"),
                entry -> entry.getRequest().setMethod(HTTPVerb.HEAD),
                entry -> entry.getRequest().setMethod(HTTPVerb.PUT),
                entry -> entry.getRequest().setMethod(HTTPVerb.DELETE),
                entry -> entry.getRequest()
                        .setMethod(HTTPVerb.PUT)
                        .setUrl("Patient/x")
                        .setIfMatch("foo"));
        String family = "Ohne" + UUID.randomUUID();
        for (Consumer<Bundle.BundleEntryComponent> mistake : mistakes) {
            Bundle bundle = new Bundle().setType(type);
            post(bundle, Records.patient(family));
            mistake.accept(post(bundle, Records.patient(family)));

            Answer answer = client.post("/", bundle);

            assertThat(answer.status())
                    .as(mistakes.indexOf(mistake) + " " + answer.text())
                    .isEqualTo(400);
            assertThat(answer.diagnostics()).isNotBlank();
        }
        assertThat(client.search("/Patient?family=" + family)).isEmpty();
    }

    @Test
    void otherBundlesAreNoRequests() {
        assertThat(client.post("/", new Bundle().setType(BundleType.COLLECTION)).status())
                .isEqualTo(400);
        assertThat(client.post("/", new Bundle()).status()).isEqualTo(400);
    }

    @Test
    void batchIsHeldToTheLimitToo() {
        Bundle batch = new Bundle().setType(BundleType.BATCH);
        for (int i = 0; i <= 10_000; i++) {
            batch.addEntry().getRequest().setMethod(HTTPVerb.GET).setUrl("Patient/none");
        }
        assertThat(client.post("/", batch).status()).isEqualTo(413);
    }

    @Test
    void answersCarryWeakETags() {
        for (BundleType type : List.of(BundleType.BATCH, BundleType.TRANSACTION)) {
            Bundle bundle = new Bundle().setType(type);
            post(bundle, Records.patient("Etikett"));

            assertThat(client.post("/", bundle)
                            .resource(Bundle.class)
                            .getEntryFirstRep()
                            .getResponse()
                            .getEtag())
                    .isEqualTo("W/\"1\"");
        }
    }

    @Test
    void deleteInATransactionHeedsIfMatch() {
        Patient patient = client.create(Records.patient("Bedingt"));
        String path = "Patient/" + patient.getIdElement().getIdPart();

        assertThat(client.post("/", delete(path, "W/\"7\"")).status()).isEqualTo(412);
        assertThat(client.get("/" + path).status()).isEqualTo(200);
        assertThat(client.post("/", delete(path, "W/\"1\"")).status()).isEqualTo(200);
        assertThat(client.get("/" + path).status()).isEqualTo(410);
    }

    @Test
    void updateInATransactionHeedsIfMatch() {
        Patient patient = client.create(Records.patient("Veraltet"));
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource((Patient)
                        Records.patient("Neu").setId(patient.getIdElement().getIdPart()))
                .getRequest()
                .setMethod(HTTPVerb.PUT)
                .setUrl("Patient/" + patient.getIdElement().getIdPart())
                .setIfMatch("W/\"7\"");

        assertThat(client.post("/", transaction).status()).isEqualTo(412);
    }

    @Test
    void resourceWithoutElementsIsOne() {
        for (BundleType type : List.of(BundleType.BATCH, BundleType.TRANSACTION)) {
            String bundle = """
                    {"resourceType":"Bundle","type":"%s","entry":[
                      {"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}]}
                    """.formatted(type.toCode());

            Answer answer =
                    client.send("POST", "/", BodyPublishers.ofString(bundle), "Content-Type", "application/fhir+json");

            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.resource(Bundle.class)
                            .getEntryFirstRep()
                            .getResponse()
                            .getStatus())
                    .startsWith("201");
        }
    }

    private static Bundle delete(String path, String ifMatch) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .getRequest()
                .setMethod(HTTPVerb.DELETE)
                .setUrl(path)
                .setIfMatch(ifMatch);
        return transaction;
    }

    private static Bundle.BundleEntryComponent post(Bundle bundle, Patient patient) {
        Bundle.BundleEntryComponent entry = bundle.addEntry().setResource(patient);
        entry.getRequest().setMethod(HTTPVerb.POST).setUrl("Patient");
        return entry;
    }
}
