package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.DocumentReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Attachments leave the database and come back byte for byte. */
class AttachmentIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final byte[] pdf = Records.pdf(2 * 1024 * 1024);
    private String patient;

    @BeforeEach
    void createPatient() {
        patient = "Patient/"
                + client.create(Records.patient("Anhang")).getIdElement().getIdPart();
    }

    @Test
    void documentKeepsAUrlInPlaceOfTheBytes() {
        Attachment attachment = stored(pdf);

        assertThat(attachment.hasData()).isFalse();
        assertThat(attachment.getUrl()).startsWith(server.fhirBase() + "/Binary/");
        assertThat(attachment.getSize()).isEqualTo(pdf.length);
        assertThat(attachment.getHash()).hasSize(20);
    }

    @Test
    void urlGivesTheSameBytesWithTheirTypeAndAnETag() {
        Answer answer = client.get(stored(pdf).getUrl());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(pdf);
        assertThat(answer.header("Content-Type")).isEqualTo("application/pdf");
        assertThat(answer.header("ETag")).matches("\"[0-9a-f]{64}\"");
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Content-Security-Policy")).contains("sandbox");
    }

    @Test
    void bytesAreInTheBlobStoreAndNotInTheDatabase() throws IOException {
        stored(pdf);
        String text = Base64.getEncoder().encodeToString(Arrays.copyOf(pdf, 300));

        assertThat(filesWith(pdf)).hasSize(1);
        assertThat(server.bean(JdbcClient.class)
                        .sql("SELECT count(*) FROM hfj_res_ver WHERE res_text_vc LIKE :text")
                        .param("text", "%" + text + "%")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"ARCHIVED,409", "RESTORING,409", "QUARANTINED,500", "MISSING,500"})
    void contentThatCannotBeReadNowIsAnAnswerAndNoDelay(String state, int status) {
        String url = stored(pdf).getUrl();
        server.bean(JdbcClient.class)
                .sql("UPDATE salus_blob_object SET state = :state WHERE state = 'STORED' AND size = " + pdf.length)
                .param("state", state)
                .update();

        Answer answer = client.get(url);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).contains("OperationOutcome").doesNotContain("%PDF");
    }

    @Test
    void contentThatTheClientHasIsNotSentAgain() {
        String url = stored(pdf).getUrl();
        String etag = client.get(url).header("ETag");

        assertThat(client.get(url, "If-None-Match", etag).status()).isEqualTo(304);
        Answer head = client.head(url);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(pdf.length));
    }

    @Test
    void attachmentIsAlsoABinaryForThoseWhoAskForFhir() {
        Binary binary = client.get(stored(pdf).getUrl(), "Accept", "application/fhir+json")
                .resource(Binary.class);

        assertThat(binary.getData()).isEqualTo(pdf);
        assertThat(binary.getContentType()).isEqualTo("application/pdf");
        assertThat(binary.getSecurityContext().getReference()).startsWith("DocumentReference/");
    }

    @Test
    void binaryInItsOwnTypeComesBackAsItWas() {
        Answer created =
                client.send("POST", "/Binary", BodyPublishers.ofByteArray(pdf), "Content-Type", "application/pdf");
        assertThat(created.status()).isEqualTo(201);

        Answer read = client.get(created.header("Location"));
        assertThat(read.header("Content-Type")).isEqualTo("application/pdf");
        assertThat(read.body()).isEqualTo(pdf);
    }

    @Test
    void versionsKeepTheirOwnContent() {
        DocumentReference document = client.create(Records.document(patient, pdf));
        String path = "/DocumentReference/" + document.getIdElement().getIdPart();
        byte[] newer = Records.pdf(100_000);
        document.getContentFirstRep()
                .setAttachment(
                        new Attachment().setContentType("application/pdf").setData(newer));
        client.put(path, document);

        assertThat(client.get(url(path)).body()).isEqualTo(newer);
        assertThat(client.get(url(path + "/_history/1")).body()).isEqualTo(pdf);
    }

    @Test
    void documentThatIsSentBackAsItWasReadKeepsItsContent() {
        DocumentReference document = client.create(Records.document(patient, pdf));
        String path = "/DocumentReference/" + document.getIdElement().getIdPart();
        document.setDescription("Renamed");
        assertThat(client.put(path, document).status()).isEqualTo(200);

        assertThat(client.get(url(path)).body()).isEqualTo(pdf);
    }

    @Test
    void headIgnoresARange() {
        Answer head = client.head(stored(pdf).getUrl(), "Range", "bytes=0-7");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(pdf.length));
        assertThat(head.header("Content-Range")).isEmpty();
    }

    @Test
    void bytesThatTheStoreHasLostAreAFaultAndLookLikeOne() throws IOException {
        String url = stored(pdf).getUrl();
        Files.delete(filesWith(pdf).get(0));

        Answer answer = client.get(url);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.diagnostics()).contains("blob store");
        assertThat(answer.header("ETag")).isEmpty();
        assertThat(answer.header("Content-Disposition")).isEmpty();
    }

    @Test
    void storeThatIsDownIs503AndNothingIsStored() throws IOException {
        Path blobs = server.dataDirectory().resolve("blobs");
        Path away = server.dataDirectory().resolve("blobs-away");
        Files.move(blobs, away);
        Files.createFile(blobs);
        try {
            Answer answer = client.post("/", Records.visit("Speicherlos"));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isNotEmpty();
            assertThat(answer.diagnostics()).contains("blob store");
        } finally {
            Files.delete(blobs);
            Files.move(away, blobs);
        }
        assertThat(client.search("/Patient?family=Speicherlos")).isEmpty();
    }

    private Attachment stored(byte[] content) {
        String id =
                client.create(Records.document(patient, content)).getIdElement().getIdPart();
        return client.get("/DocumentReference/" + id)
                .resource(DocumentReference.class)
                .getContentFirstRep()
                .getAttachment();
    }

    private String url(String path) {
        return client.get(path)
                .resource(DocumentReference.class)
                .getContentFirstRep()
                .getAttachment()
                .getUrl();
    }

    private List<Path> filesWith(byte[] content) throws IOException {
        try (var files = Files.walk(server.dataDirectory().resolve("blobs"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> Arrays.equals(read(file), content))
                    .toList();
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
