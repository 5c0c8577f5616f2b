package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

/** An attachment that is refused takes its own entry of a batch along and no other; of a transaction, all. */
class BatchAttachmentIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final byte[] pdf = Records.pdf(100_000);
    private String patient;

    /** What can be wrong with an attachment. */
    enum Mistake {
        HASH(it -> it.getContentFirstRep().getAttachment().setHash(new byte[20])),
        SIZE(it -> it.getContentFirstRep().getAttachment().setSize(1)),
        CONTENT_TYPE(it -> it.getContentFirstRep().getAttachment().setContentType("text/" + "x".repeat(290))),
        EXTENSION(it -> it.getContentFirstRep()
                .getAttachment()
                .getUrlElement()
                .addExtension(BlobReference.EXTENSION, new StringType("7f5ed3d0-0f6c-4e5c-9d1f-0c8b3a1f2e4d")));

        private final Consumer<DocumentReference> make;

        Mistake(Consumer<DocumentReference> make) {
            this.make = make;
        }
    }

    @BeforeEach
    void createPatient() {
        patient = "Patient/"
                + client.create(Records.patient("Stapel")).getIdElement().getIdPart();
    }

    @ParameterizedTest
    @EnumSource
    void entryOfABatchFailsAlone(Mistake mistake) {
        Answer answer = client.post("/", bundle(BundleType.BATCH, mistake));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertEntries(answer.resource(Bundle.class));
    }

    @Test
    void entryOfABatchFailsAloneAlsoAmongOtherThanCreates() {
        Bundle batch = bundle(BundleType.BATCH, Mistake.HASH);
        batch.addEntry().getRequest().setMethod(HTTPVerb.GET).setUrl(patient);

        Answer answer = client.post("/", batch);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertEntries(answer.resource(Bundle.class));
    }

    @ParameterizedTest
    @EnumSource
    void transactionFailsWhole(Mistake mistake) {
        Answer answer = client.post("/", bundle(BundleType.TRANSACTION, mistake));

        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(client.search("/DocumentReference?patient=" + patient)).isEmpty();
    }

    private void assertEntries(Bundle response) {
        assertThat(response.getType()).isEqualTo(BundleType.BATCHRESPONSE);
        assertThat(status(response, 0)).startsWith("201");
        assertThat(status(response, 1)).startsWith("422");
        assertThat(status(response, 2)).startsWith("201");
        assertThat(((OperationOutcome) response.getEntry().get(1).getResponse().getOutcome()).getIssue())
                .isNotEmpty();
        assertThat(client.search("/DocumentReference?patient=" + patient))
                .hasSize(2)
                .allMatch(it -> pdf.length
                        == client.get(((DocumentReference) it)
                                        .getContentFirstRep()
                                        .getAttachment()
                                        .getUrl())
                                .body()
                                .length);
    }

    private static String status(Bundle response, int entry) {
        return response.getEntry().get(entry).getResponse().getStatus();
    }

    private Bundle bundle(BundleType type, Mistake mistake) {
        Bundle bundle = new Bundle().setType(type);
        for (int i = 0; i < 3; i++) {
            BundleEntryComponent entry = bundle.addEntry().setResource(Records.document(patient, pdf));
            entry.getRequest().setMethod(HTTPVerb.POST).setUrl("DocumentReference");
        }
        mistake.make.accept((DocumentReference) bundle.getEntry().get(1).getResource());
        return bundle;
    }
}
