package health.salus.smart;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.KeycloakServer;
import health.salus.testing.Tokens;
import org.apache.commons.codec.digest.DigestUtils;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import static health.salus.smart.TwoRecords.SERVER;
import static health.salus.smart.TwoRecords.anna;
import static health.salus.smart.TwoRecords.attachment;
import static health.salus.smart.TwoRecords.client;
import static health.salus.smart.TwoRecords.document;
import static health.salus.smart.TwoRecords.foreignDocument;
import static health.salus.smart.TwoRecords.misfiledDocument;
import static health.salus.smart.TwoRecords.ownDocument;
import static health.salus.smart.TwoRecords.staff;
import static org.assertj.core.api.Assertions.assertThat;

/** Attacks on files, by every way in which one is read or written. */
class FileAccessIT {

    private static final String PATH = "?path=DocumentReference.content.attachment";
    private static final byte[] CONTENT = "a file".getBytes(StandardCharsets.UTF_8);

    @Test
    void aPatientReadsTheBytesOfTheirOwnDocumentOnly() {
        assertThat(anna.get(path(ownDocument) + "/$binary-access-read" + PATH).text())
                .startsWith("about anna");
        assertThat(anna.get(path(foreignDocument) + "/$binary-access-read" + PATH)
                        .status())
                .isEqualTo(404);
        assertThat(anna.get(path(misfiledDocument) + "/$binary-access-read" + PATH)
                        .status())
                .isEqualTo(404);
        assertThat(anna.get(path(ownDocument) + "?_inlineAttachments=true").status())
                .isEqualTo(200);
        assertThat(anna.get("/DocumentReference?_inlineAttachments=true").text())
                .doesNotContain(Base64.getEncoder().encodeToString("about bela".getBytes()));
    }

    @Test
    void aPatientGetsAnAddressForTheirOwnFileOnly() {
        Answer own = anna.get(binary(ownDocument) + "/$download-url");
        assertThat(own.status()).as(own.text()).isEqualTo(200);
        String url =
                own.resource(Parameters.class).getParameter("url").getValue().primitiveValue();
        assertThat(FhirClient.anonymous(SERVER.fhirBase()).get(url).text()).startsWith("about anna");

        Answer foreign = anna.get(binary(foreignDocument) + "/$download-url");
        Answer misfiled = anna.get(binary(misfiledDocument) + "/$download-url");
        Answer unknown = anna.get("/Binary/" + UUID.randomUUID() + "/$download-url");
        assertThat(foreign.status()).isEqualTo(404);
        assertThat(misfiled.status()).isEqualTo(404);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(words(foreign)).isEqualTo(words(unknown));
    }

    @Test
    void aPatientWritesNoFile() {
        assertThat(raw(anna, "POST", "/Binary").status()).isEqualTo(403);
        assertThat(raw(anna, "PUT", "/Binary/mine").status()).isEqualTo(403);
        assertThat(raw(anna, "POST", path(ownDocument) + "/$binary-access-write" + PATH)
                        .status())
                .isEqualTo(403);
        assertThat(anna.post("/Binary/$start-upload", announcement()).status()).isEqualTo(403);
        assertThat(anna.post("/Binary/$complete-upload", new Parameters()).status())
                .isEqualTo(403);
        assertThat(staff.get("/Binary/mine").status()).isEqualTo(404);
    }

    @Test
    void nobodyDoesAnyOfItWithoutAToken() {
        FhirClient nobody = FhirClient.anonymous(SERVER.fhirBase());

        assertThat(raw(nobody, "POST", "/Binary").status()).isEqualTo(401);
        assertThat(nobody.get(binary(ownDocument) + "/$download-url").status()).isEqualTo(401);
        assertThat(nobody.get(path(ownDocument) + "/$binary-access-read" + PATH).status())
                .isEqualTo(401);
        assertThat(nobody.post("/Binary/$start-upload", announcement()).status())
                .isEqualTo(401);
    }

    @Test
    void aTokenOfOneTenantDoesNothingInAnother() {
        FhirClient elsewhere = FhirClient.withToken(
                SERVER.fhirBase() + "/elsewhere", staff.token().orElseThrow());

        assertThat(raw(elsewhere, "POST", "/Binary").status()).isIn(401, 404);
        assertThat(elsewhere.get(binary(ownDocument) + "/$download-url").status())
                .isIn(401, 404);
    }

    @Test
    void aRightToDocumentsIsNoRightToWriteFilesAndTheOtherWayRound() {
        FhirClient documents = client(Role.PRACTITIONER, null, "user/DocumentReference.cruds");
        FhirClient files = client(Role.PRACTITIONER, null, "user/Binary.cruds");

        assertThat(raw(documents, "POST", "/Binary").status()).isEqualTo(403);
        assertThat(raw(files, "POST", path(ownDocument) + "/$binary-access-write" + PATH)
                        .status())
                .isEqualTo(403);
        Parameters started = files.post("/Binary/$start-upload", announcement()).resource(Parameters.class);
        FhirClient.anonymous(SERVER.fhirBase()).send("PUT", value(started, "url"), BodyPublishers.ofByteArray(CONTENT));
        Parameters withDocument = new Parameters().addParameter("upload", value(started, "upload"));
        DocumentReference document = document("bela", "");
        document.getContent().clear();
        withDocument.addParameter().setName("documentReference").setResource(document);
        assertThat(files.post("/Binary/$complete-upload", withDocument).status())
                .isEqualTo(403);
        assertThat(files.post(
                                "/Binary/$complete-upload",
                                new Parameters().addParameter("upload", value(started, "upload")))
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisabledIfSystemProperty(
            named = KeycloakServer.HOME,
            matches = ".+",
            disabledReason = "The other one gets a token of the embedded server")
    void anUploadIsCompletedByWhoBeganIt() {
        FhirClient other = FhirClient.withToken(SERVER.fhirBase(), Tokens.backend(SERVER));
        Parameters started = staff.post("/Binary/$start-upload", announcement()).resource(Parameters.class);
        Parameters upload = new Parameters().addParameter("upload", value(started, "upload"));

        assertThat(other.post("/Binary/$complete-upload", upload).status()).isEqualTo(404);
        assertThat(staff.post("/Binary/$complete-upload", upload).status()).isEqualTo(409);
    }

    @Test
    void aFileGoesByTheDocumentThatIsItsSecurityContext() {
        String own = fileAbout("DocumentReference/" + ownDocument.getIdElement().getIdPart());
        String foreign =
                fileAbout("DocumentReference/" + foreignDocument.getIdElement().getIdPart());
        String loose = fileAbout("Patient/bela");

        assertThat(anna.get(own).body()).isEqualTo(CONTENT);
        assertThat(anna.get(foreign).status()).isEqualTo(404);
        assertThat(anna.get(loose).status()).isEqualTo(404);
    }

    @Test
    void whatEverybodyMayReadOpensNoFile() {
        for (String context : List.of("Practitioner/doc", "Organization/clinic")) {
            assertThat(anna.get("/" + context).status()).isEqualTo(200);
            assertThat(anna.get(fileAbout(context)).status()).isEqualTo(404);
            assertThat(staff.get(fileAbout(context)).body()).isEqualTo(CONTENT);
        }
    }

    private static String fileAbout(String context) {
        Binary binary = new Binary().setContentType("text/plain").setData(CONTENT);
        binary.setSecurityContext(new Reference(context));
        return "/Binary/" + staff.create(binary).getIdElement().getIdPart();
    }

    private static Answer raw(FhirClient client, String method, String path) {
        return client.send(method, path, BodyPublishers.ofByteArray(CONTENT), "Content-Type", "text/plain");
    }

    private static Parameters announcement() {
        Parameters announcement = new Parameters();
        announcement.addParameter("contentType", "text/plain");
        announcement.addParameter("size", new DecimalType(CONTENT.length));
        announcement.addParameter("sha256", DigestUtils.sha256Hex(CONTENT));
        return announcement;
    }

    private static String value(Parameters parameters, String name) {
        return parameters.getParameter(name).getValue().primitiveValue();
    }

    private static String path(DocumentReference document) {
        return "/DocumentReference/" + document.getIdElement().getIdPart();
    }

    private static String binary(DocumentReference document) {
        return "/Binary/" + attachment(document).replaceAll(".*/", "");
    }

    /** What an answer says, but for the id that was asked for. */
    private static String words(Answer answer) {
        return answer.text().replaceAll("[0-9a-f-]{36}", "");
    }
}
