package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import static org.assertj.core.api.Assertions.assertThat;

/** Content that is not what it is declared as is refused on each way in, and nothing of it is kept. */
class TypeSafetyIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final byte[] program = program(100_000);
    private String patient;

    @BeforeEach
    void createPatient() {
        patient = "Patient/"
                + client.create(Records.patient("Typ")).getIdElement().getIdPart();
    }

    @Test
    void attachmentThatIsSomethingElseIsRefusedWhateverItsSize() {
        long before = blobs();
        Answer small = client.post("/DocumentReference", document("image/png", Records.pdf(100)));
        refused(small, "image/png", "application/pdf");
        refused(client.post("/DocumentReference", document("image/png", Records.pdf(100_000))), "image/png");
        refused(client.post("/DocumentReference", document("application/pdf", program)), "application/pdf");

        assertThat(blobs()).isEqualTo(before);
    }

    @Test
    void photoAndContainedBinaryAreNoWayAround() {
        Patient person = Records.patient("Foto");
        person.addPhoto(new Attachment().setContentType("image/jpeg").setData(program));
        refused(client.post("/Patient", person), "Patient", "image/jpeg");

        DocumentReference document = document("application/pdf", Records.pdf(10));
        document.addContained(new Binary()
                .setContentType("image/png")
                .setData(Records.pdf(100))
                .setId("inside"));
        refused(client.post("/DocumentReference", document), "image/png");
    }

    @Test
    void transactionWithOneWrongAttachmentStoresNothing() {
        long before = blobs();
        Bundle visit = Records.visit("Halb");
        visit.addEntry()
                .setResource(document("text/plain", program))
                .getRequest()
                .setMethod(Bundle.HTTPVerb.POST)
                .setUrl("DocumentReference");

        refused(client.post("", visit), "text/plain");

        assertThat(blobs()).isEqualTo(before);
        assertThat(client.get("/Patient?family=Halb").resource(Bundle.class).getTotal())
                .isZero();
    }

    @Test
    void patchIsNoWayAround() {
        String patch = """
                [{"op":"add","path":"/photo","value":[{"contentType":"image/png","data":"%s"}]}]
                """.formatted(Base64.getEncoder().encodeToString(program));
        Answer answer = client.send(
                "PATCH", "/" + patient, BodyPublishers.ofString(patch), "Content-Type", "application/json-patch+json");

        refused(answer, "image/png");
    }

    @Test
    void fileInItsOwnTypeIsNoWayAround() {
        long before = blobs();
        refused(file("POST", "/Binary", "image/png", Records.pdf(300_000)), "image/png", "application/pdf");
        refused(file("PUT", "/Binary/typ-1", "application/octet-stream", program), "not allowed");
        refused(file("POST", "/Binary", "application/x-msdownload", program), "not allowed");
        DocumentReference document = client.create(document("application/pdf", Records.pdf(10)));
        String operation = "/DocumentReference/" + document.getIdElement().getIdPart()
                + "/$binary-access-write?path=DocumentReference.content.attachment";
        refused(file("POST", operation, "image/png", Records.pdf(10)), "image/png");

        assertThat(blobs()).isEqualTo(before);
        assertThat(file("POST", operation, "application/pdf", Records.pdf(10)).status())
                .isEqualTo(200);
    }

    @Test
    void refusalDoesNotQuoteTheContent() {
        byte[] secret = "%PDF-1.7 Geheimnis der Patientin".getBytes(StandardCharsets.UTF_8);

        assertThat(file("POST", "/Binary", "image/png", secret).text()).doesNotContain("Geheimnis");
    }

    @Test
    void pagesAndDrawingsAreTakenAndNeverShownAsSuch() {
        byte[] page = "<html><script>alert(1)</script></html>".getBytes(StandardCharsets.US_ASCII);
        byte[] drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"
                .getBytes(StandardCharsets.US_ASCII);
        neverInline(file("POST", "/Binary", "text/html", page));
        neverInline(file("POST", "/Binary", "image/svg+xml", drawing));
        neverInline(file("POST", "/Binary", "text/plain", page));
    }

    private void neverInline(Answer created) {
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        Answer read = client.get(created.header("Location"));
        assertThat(read.header("Content-Disposition")).isEqualTo("attachment");
        assertThat(read.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(read.header("Content-Security-Policy")).contains("sandbox");
    }

    private static void refused(Answer answer, String... words) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.diagnostics()).contains(words);
    }

    private DocumentReference document(String type, byte[] content) {
        DocumentReference document = Records.document(patient, content);
        document.getContentFirstRep().getAttachment().setContentType(type);
        return document;
    }

    private Answer file(String method, String path, String type, byte[] content) {
        return client.send(method, path, BodyPublishers.ofByteArray(content), "Content-Type", type);
    }

    /** The beginning of a Windows program, and zeroes. */
    private static byte[] program(int size) {
        byte[] program = new byte[size];
        program[0] = 'M';
        program[1] = 'Z';
        return program;
    }

    private long blobs() {
        return server.bean(JdbcClient.class)
                .sql("SELECT count(*) FROM salus_blob")
                .query(Long.class)
                .single();
    }
}
