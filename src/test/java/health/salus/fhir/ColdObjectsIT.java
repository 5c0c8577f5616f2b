package health.salus.fhir;

import health.salus.blob.ArchiveSimulator;
import health.salus.blob.BlobKeys;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/** Attachments in an archive: nobody waits for them, everybody is told, and whoever may read them can ask for them. */
class ColdObjectsIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final JdbcClient database = server.bean(JdbcClient.class);
    private final ArchiveSimulator archive = server.bean(ArchiveSimulator.class);
    private final byte[] pdf = Records.pdf(100_000);
    private String patient;
    private DocumentReference document;
    private String binary;

    @BeforeEach
    void archiveADocument() {
        patient = "Patient/"
                + client.create(Records.patient("Kalt")).getIdElement().getIdPart();
        document = client.create(Records.document(patient, pdf));
        binary = "/Binary/" + attachment(document).getUrl().replaceAll(".*/", "");
        archive.restoreIn(Duration.ofDays(1), Duration.ofDays(1));
        archive.archive(BlobKeys.of(database, binary.substring("/Binary/".length())));
    }

    @Test
    void readOfAnArchivedFileIsAnsweredAtOnceAndSaysWhatToDo() {
        Answer read = client.get(binary);
        assertThat(read.status()).as(read.text()).isEqualTo(409);
        assertThat(read.diagnostics()).contains("$restore");
        assertThat(client.get(binary, "Range", "bytes=0-9").status()).isEqualTo(409);
        assertThat(client.head(binary).status()).isEqualTo(409);
        assertThat(client.get(binary, "Accept", "application/fhir+json").status())
                .isEqualTo(409);
        assertThat(client.get("/" + path() + "/$binary-access-read?path=DocumentReference.content.attachment")
                        .status())
                .isEqualTo(409);
        assertThat(client.get(binary + "/$download-url").status()).isEqualTo(409);
    }

    @Test
    void restoreIsAcceptedUntilTheFileIsThere() throws Exception {
        archive.restoreIn(Duration.ofMillis(500), Duration.ofDays(1));
        int before = archive.requests();

        Answer asked = client.post(binary + "/$restore", new Parameters());
        assertThat(asked.status()).as(asked.text()).isEqualTo(202);
        assertThat(asked.header("Retry-After")).isNotEmpty();
        assertThat(asked.header("Content-Location")).endsWith(binary);
        Answer waiting = client.get(binary);
        assertThat(waiting.status()).isEqualTo(409);
        assertThat(waiting.header("Retry-After")).isNotEmpty();
        Thread.sleep(600);
        Answer again = client.post(binary + "/$restore", new Parameters());

        assertThat(again.status()).as(again.text()).isEqualTo(200);
        assertThat(client.get(binary).body()).isEqualTo(pdf);
        assertThat(archive.requests() - before).isOne();
    }

    @Test
    void restoreOfWhatCanBeReadIsDoneAtOnce() {
        DocumentReference warm = client.create(Records.document(patient, Records.pdf(90_000)));

        Answer answer = client.post(
                "/Binary/" + attachment(warm).getUrl().replaceAll(".*/", "") + "/$restore", new Parameters());

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    @Test
    void restoreIsForWhoMayReadTheFile() {
        assertThat(client.post("/Binary/nobody/$restore", new Parameters()).status())
                .isEqualTo(404);
        assertThat(FhirClient.anonymous(server.fhirBase())
                        .post(binary + "/$restore", new Parameters())
                        .status())
                .isEqualTo(401);
        FhirClient stranger = FhirClient.withToken(server.fhirBase() + "/north", Tokens.backend(server));
        assertThat(stranger.post(binary + "/$restore", new Parameters()).status())
                .isIn(401, 403, 404);
    }

    @Test
    void restoreIsAudited() {
        int before = audited("$restore");

        client.post(binary + "/$restore", new Parameters());

        assertThat(audited("$restore")).isEqualTo(before + 1);
    }

    @Test
    void issuingADownloadAddressIsAudited() {
        DocumentReference warm = client.create(Records.document(patient, Records.pdf(90_000)));
        int before = audited("$download-url");

        Answer answer = client.get("/Binary/" + attachment(warm).getUrl().replaceAll(".*/", "") + "/$download-url");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(audited("$download-url")).isEqualTo(before + 1);
    }

    @Test
    void inlineDataThatIsArchivedIsLeftOutAndSaysSo() {
        byte[] warm = Records.pdf(70_000);
        client.create(Records.document(patient, warm));

        Answer search = client.get("/DocumentReference?patient=" + patient + "&_inlineAttachments=true");

        assertThat(search.status()).as(search.text()).isEqualTo(200);
        for (Bundle.BundleEntryComponent entry : search.resource(Bundle.class).getEntry()) {
            Attachment attachment = attachment((DocumentReference) entry.getResource());
            if (isArchived(entry.getResource())) {
                assertThat(attachment.hasData()).isFalse();
                assertThat(attachment.getUrl()).endsWith(binary);
                assertThat(attachment
                                .getExtensionByUrl(ContentState.EXTENSION)
                                .getValue()
                                .primitiveValue())
                        .isEqualTo("archived");
            } else {
                assertThat(attachment.getData()).isEqualTo(warm);
                assertThat(attachment.hasExtension()).isFalse();
            }
        }
        assertThat(client.get("/" + patient + "/$everything?_inlineAttachments=true")
                        .status())
                .isEqualTo(200);
        assertThat(client.get("/" + path()).status()).isEqualTo(200);
    }

    @Test
    void markOfTheStateIsNotStored() {
        DocumentReference shown =
                client.get("/" + path() + "?_inlineAttachments=true").resource(DocumentReference.class);
        assertThat(attachment(shown).hasExtension(ContentState.EXTENSION)).isTrue();

        assertThat(client.put("/" + path(), shown).status()).isEqualTo(200);

        DocumentReference stored = client.get("/" + path()).resource(DocumentReference.class);
        assertThat(attachment(stored).hasExtension()).isFalse();
        assertThat(attachment(stored).getUrl()).endsWith(binary);
    }

    private int audited(String event) {
        return database.sql("SELECT count(*) FROM salus_audit_event WHERE position(:event IN content) > 0")
                .param("event", event)
                .query(Integer.class)
                .single();
    }

    private String path() {
        return "DocumentReference/" + document.getIdElement().getIdPart();
    }

    private boolean isArchived(Resource resource) {
        return resource.getIdElement()
                .getIdPart()
                .equals(document.getIdElement().getIdPart());
    }

    private static Attachment attachment(DocumentReference document) {
        return document.getContentFirstRep().getAttachment();
    }
}
