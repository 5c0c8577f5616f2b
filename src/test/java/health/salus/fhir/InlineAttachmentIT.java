package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DocumentReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Who asks for it gets the data of attachments inside the resources: all of it, or a clear no. */
class InlineAttachmentIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final byte[] pdf = Records.pdf(100_000);
    private String patient;

    @BeforeEach
    void createPatient() {
        patient = "Patient/"
                + client.create(Records.patient("Anhang")).getIdElement().getIdPart();
    }

    @Test
    void readGivesTheDataBesideTheUrl() {
        String path = "/DocumentReference/"
                + client.create(Records.document(patient, pdf)).getIdElement().getIdPart();

        Attachment inline = attachment(client.get(path + "?_inlineAttachments=true"));
        assertThat(inline.getData()).isEqualTo(pdf);
        assertThat(inline.getUrl()).startsWith(server.fhirBase() + "/Binary/");
        assertThat(attachment(client.get(path)).hasData()).isFalse();
        assertThat(attachment(client.get(path + "?_inlineAttachments=false")).hasData())
                .isFalse();
        assertThat(attachment(client.get(path + "/_history/1?_inlineAttachments=true"))
                        .getData())
                .isEqualTo(pdf);
    }

    @Test
    void whatWasReadInlineCanBeSentBackAndIsTheSame() {
        String path = "/DocumentReference/"
                + client.create(Records.document(patient, pdf)).getIdElement().getIdPart();
        DocumentReference document =
                client.get(path + "?_inlineAttachments=true").resource(DocumentReference.class);
        document.setDescription("Renamed");

        assertThat(client.put(path, document).status()).isEqualTo(200);
        assertThat(client.get(attachment(client.get(path)).getUrl()).body()).isEqualTo(pdf);
    }

    @Test
    void everyPageOfASearchGivesTheData() {
        for (int i = 0; i < 3; i++) {
            client.create(Records.document(patient, Records.pdf(70_000)));
        }
        Bundle first = client.get("/DocumentReference?_inlineAttachments=true&_count=2&patient=" + patient)
                .resource(Bundle.class);
        Bundle second =
                client.get(first.getLink("next").getUrl().replace("|", "%7C")).resource(Bundle.class);

        assertThat(first.getEntry()).hasSize(2).allMatch(InlineAttachmentIT::hasData);
        assertThat(second.getEntry()).hasSize(1).allMatch(InlineAttachmentIT::hasData);
    }

    @Test
    void moreThanTheLimitIsRefusedAsAWholeAndSaysWhatToDo() {
        for (int i = 0; i < 3; i++) {
            client.create(Records.document(patient, Records.pdf(4_500_000)));
        }
        Answer answer = client.get("/DocumentReference?_inlineAttachments=true&patient=" + patient);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.diagnostics()).contains("13500000").contains("_count");

        assertThat(client.get("/DocumentReference?_inlineAttachments=true&_count=2&patient=" + patient)
                        .status())
                .isEqualTo(200);
        assertThat(client.search("/DocumentReference?patient=" + patient)).hasSize(3);
    }

    @Test
    void searchInsideABatchShowsAbsoluteUrls() {
        client.create(Records.document(patient, pdf));
        Bundle batch = new Bundle().setType(BundleType.BATCH);
        batch.addEntry().getRequest().setMethod(HTTPVerb.GET).setUrl("DocumentReference?patient=" + patient);

        Bundle found = (Bundle) client.post("/", batch)
                .resource(Bundle.class)
                .getEntryFirstRep()
                .getResource();
        DocumentReference document =
                (DocumentReference) found.getEntryFirstRep().getResource();
        assertThat(document.getContentFirstRep().getAttachment().getUrl()).startsWith(server.fhirBase() + "/Binary/");
    }

    private static boolean hasData(Bundle.BundleEntryComponent entry) {
        return ((DocumentReference) entry.getResource())
                .getContentFirstRep()
                .getAttachment()
                .hasData();
    }

    private static Attachment attachment(Answer answer) {
        return answer.resource(DocumentReference.class).getContentFirstRep().getAttachment();
    }
}
