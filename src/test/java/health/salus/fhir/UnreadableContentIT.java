package health.salus.fhir;

import health.salus.blob.BlobKeys;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** What a client is told of bytes that are kept and that it does not get. */
class UnreadableContentIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final JdbcClient database = server.bean(JdbcClient.class);
    private String document;
    private String binary;

    @BeforeEach
    void storeADocument() {
        String patient = "Patient/"
                + client.create(Records.patient("Gesperrt")).getIdElement().getIdPart();
        DocumentReference created = client.create(Records.document(patient, Records.pdf(100_000)));
        document = "/DocumentReference/" + created.getIdElement().getIdPart();
        binary = "/Binary/"
                + created.getContentFirstRep().getAttachment().getUrl().replaceAll(".*/", "");
    }

    @Test
    void unscannedContentIsToBeAskedForAgain() {
        become("UNSCANNED");

        Answer read = client.get(binary);

        assertThat(read.status()).isEqualTo(503);
        assertThat(read.header("Retry-After")).isNotEmpty();
        assertThat(client.head(binary).status()).isEqualTo(503);
        assertThat(client.get(binary + "/$download-url").status()).isEqualTo(503);
    }

    @Test
    void infectedContentIsForbidden() {
        become("INFECTED");

        assertThat(client.get(binary).status()).isEqualTo(403);
        assertThat(client.get(binary, "Range", "bytes=0-3").status()).isEqualTo(403);
        assertThat(client.get(binary, "Accept", "application/fhir+json").status())
                .isEqualTo(403);
        assertThat(client.get(binary + "/$download-url").status()).isEqualTo(403);
        assertThat(client.post(binary + "/$restore", new Parameters()).status()).isEqualTo(403);
    }

    @Test
    void addressThatWasGivenOutBeforeGivesNothingAnyMore() {
        Parameters issued = client.get(binary + "/$download-url").resource(Parameters.class);
        become("INFECTED");

        Answer answer = FhirClient.anonymous(server.fhirBase())
                .get(issued.getParameter("url").getValue().primitiveValue());

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text()).contains("INFECTED").doesNotContain("%PDF");
    }

    @Test
    void answersAroundItAreGivenAndSayWhyTheDataIsMissing() {
        for (String state : new String[] {"UNSCANNED", "INFECTED", "QUARANTINED", "MISSING"}) {
            become(state);

            Attachment shown = client.get(document + "?_inlineAttachments=true")
                    .resource(DocumentReference.class)
                    .getContentFirstRep()
                    .getAttachment();

            assertThat(shown.hasData()).isFalse();
            assertThat(shown.getExtensionByUrl(ContentState.EXTENSION)
                            .getValue()
                            .primitiveValue())
                    .isEqualToIgnoringCase(state);
        }
    }

    private void become(String state) {
        database.sql("UPDATE salus_blob_object SET state = :state WHERE object_key = :key")
                .param("state", state)
                .param(
                        "key",
                        BlobKeys.of(database, binary.substring("/Binary/".length()))
                                .value())
                .update();
    }
}
