package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Media;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Signature;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** Wherever a large attachment comes in, it leaves the database; who wrote its bytes decides who has it. */
class AttachmentOffloadIT {

    private static final String EXTENSION = "http://example.org/consent-form";

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
    void jsonPatchBringsALargeAttachment() {
        Answer answer = patch("/" + patient, "application/json-patch+json", """
                [{"op":"add","path":"/photo","value":[{"contentType":"application/pdf","data":"%s"}]}]
                """.formatted(base64(pdf)));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(bytesOf(photo())).isEqualTo(pdf);
        assertThat(client.get("/" + patient).header("ETag")).isEqualTo("W/\"2\"");
    }

    @Test
    void fhirPathPatchBringsALargeAttachment() {
        Answer answer = patch(
                "/" + patient,
                "application/fhir+json",
                FhirClient.FHIR.newJsonParser().encodeResourceToString(photoPatch()));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(bytesOf(photo())).isEqualTo(pdf);
    }

    @Test
    void xmlPatchBringsALargeAttachment() {
        Answer answer = patch("/" + patient, "application/xml-patch+xml", """
                <diff xmlns="http://hl7.org/fhir" xmlns:f="http://hl7.org/fhir"><add sel="f:Patient"><photo>\
                <contentType value="application/pdf"/><data value="%s"/></photo></add></diff>
                """.formatted(base64(pdf)));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(bytesOf(photo())).isEqualTo(pdf);
        assertThat(client.get("/" + patient).header("ETag")).isEqualTo("W/\"2\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRANSACTION", "BATCH"})
    void patchesInABundleBringLargeAttachments(BundleType type) {
        Bundle bundle = new Bundle().setType(type);
        String other = "Patient/"
                + client.create(Records.patient("Anhang")).getIdElement().getIdPart();
        entry(bundle, HTTPVerb.PATCH, patient, photoPatch());
        entry(bundle, HTTPVerb.PATCH, other, photoPatch());
        entry(bundle, HTTPVerb.POST, "DocumentReference", Records.document(patient, Records.pdf(70_000)));

        Answer answer = client.post("/", bundle);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.resource(Bundle.class).getEntry())
                .allMatch(it -> it.getResponse().getStatus().startsWith("20"));
        assertThat(bytesOf(photo())).isEqualTo(pdf);
        assertThat(client.search("/DocumentReference?patient=" + patient)).hasSize(1);
    }

    @Test
    void conditionalUpdateBringsALargeAttachment() {
        String number = UUID.randomUUID().toString();
        DocumentReference document = Records.document(patient, pdf);
        document.addIdentifier().setSystem("urn:test").setValue(number);
        String condition = "/DocumentReference?identifier=" + FhirClient.encode("urn:test|" + number);
        assertThat(client.put(condition, document).status()).isEqualTo(201);
        long blobs = objects(pdf);
        document.getContentFirstRep()
                .setAttachment(
                        Records.document(patient, pdf).getContentFirstRep().getAttachment());
        // The same body again: which resource it is, is known only when its bytes have been stored.
        assertThat(client.put(condition, document).header("ETag")).isEqualTo("W/\"1\"");
        assertThat(objects(pdf)).isEqualTo(blobs).isEqualTo(1);
        byte[] newer = Records.pdf(90_000);
        document.getContentFirstRep().getAttachment().setData(newer);

        assertThat(client.put(condition, document).header("ETag")).isEqualTo("W/\"2\"");
        DocumentReference shown = (DocumentReference) client.search(condition).get(0);
        assertThat(bytesOf(shown.getContentFirstRep().getAttachment())).isEqualTo(newer);
    }

    @ParameterizedTest
    @CsvSource({"65536,true", "65537,false"})
    void attachmentOfMoreThanSixtyFourKilobytesLeavesTheDatabase(int size, boolean stays) {
        byte[] content = Records.pdf(size);
        Attachment attachment = stored(content);

        assertThat(attachment.hasData()).isEqualTo(stays);
        assertThat(attachment.hasUrl()).isEqualTo(!stays);
        assertThat(objects(content)).isEqualTo(stays ? 0 : 1);
    }

    @Test
    void mediaAndReportsHaveTheirContentInTheStore() {
        Media media = new Media().setStatus(Media.MediaStatus.COMPLETED);
        media.getContent().setContentType("application/pdf").setData(pdf);
        DiagnosticReport report = new DiagnosticReport().setStatus(DiagnosticReport.DiagnosticReportStatus.FINAL);
        report.getCode().setText("Report");
        byte[] second = Records.pdf(70_001);
        report.addPresentedForm().setContentType("application/pdf").setData(pdf);
        report.addPresentedForm().setContentType("application/pdf").setData(second);

        assertThat(bytesOf(client.create(media).getContent())).isEqualTo(pdf);
        assertThat(client.create(report).getPresentedForm())
                .extracting(this::bytesOf)
                .containsExactly(pdf, second);
    }

    @Test
    void smallestBinaryLeavesTheDatabase() {
        byte[] content = Records.pdf(9);
        Binary binary =
                client.create(new Binary().setContentType("application/pdf").setData(content));

        assertThat(storedText(binary.getIdElement().getIdPart())).doesNotContain(base64(content));
        assertThat(objects(content)).isEqualTo(1);
    }

    @Test
    void attachmentInAnExtensionOfAnyTypeLeavesTheDatabase() {
        Observation observation = Records.observation(patient);
        observation
                .getValueQuantity()
                .addExtension(new Extension(EXTENSION)
                        .setValue(new Attachment()
                                .setContentType("application/pdf")
                                .setData(pdf)));
        String id = client.create(observation).getIdElement().getIdPart();

        Attachment shown = (Attachment) client.get("/Observation/" + id)
                .resource(Observation.class)
                .getValueQuantity()
                .getExtensionByUrl(EXTENSION)
                .getValue();
        assertThat(bytesOf(shown)).isEqualTo(pdf);
    }

    @Test
    void attachmentsInsideADocumentAreReadByTheirUrl() {
        Bundle document = document(
                Records.document(patient, pdf),
                new Binary().setContentType("application/pdf").setData(Records.pdf(80_000)));
        byte[] embedded = ((Binary) document.getEntry().get(1).getResource()).getData();
        String id = client.create(document).getIdElement().getIdPart();

        Bundle shown = client.get("/Bundle/" + id).resource(Bundle.class);
        DocumentReference first = (DocumentReference) shown.getEntry().get(0).getResource();
        assertThat(bytesOf(first.getContentFirstRep().getAttachment())).isEqualTo(pdf);
        // A Binary inside a document has no address of its own, so it comes whole.
        Binary second = (Binary) shown.getEntry().get(1).getResource();
        assertThat(second.getData()).isEqualTo(embedded);
        assertThat(storedText(id)).doesNotContain(base64(embedded).substring(0, 200));
    }

    @Test
    void documentUnderASignatureKeepsEveryByte() {
        DocumentReference content = Records.document(patient, pdf);
        content.addContent().getAttachment().setUrl(server.fhirBase() + "/Binary/" + UUID.randomUUID());
        content.addContent().getAttachment().setUrl("Binary/" + UUID.randomUUID());
        String signed = text(content);
        Bundle document = document(content);
        document.setSignature(new Signature().setWhenElement(new InstantType("2026-01-02T03:04:05Z")));
        document.getSignature().getWho().setReference(patient);
        document.getSignature().addType().setCode("1.2.840.10065.1.12.1.1");
        String id = client.create(document).getIdElement().getIdPart();

        Bundle shown = client.get("/Bundle/" + id).resource(Bundle.class);
        assertThat(text(shown.getEntryFirstRep().getResource())).isEqualTo(signed);
        assertThat(shown.getSignature().equalsDeep(document.getSignature())).isTrue();
    }

    @Test
    void whatADocumentReferenceContainsLeavesTheDatabaseToo() {
        Media contained = new Media();
        contained.setId("m1");
        contained.setStatus(Media.MediaStatus.COMPLETED);
        contained.getContent().setContentType("application/pdf").setData(pdf);
        Binary binary = new Binary().setContentType("application/pdf").setData(Records.pdf(80_000));
        binary.setId("b1");
        DocumentReference document = Records.document(patient, Records.pdf(10));
        document.addContained(contained).addContained(binary);
        document.addExtension(EXTENSION, new org.hl7.fhir.r4.model.Reference("#m1"));
        document.addContent().getAttachment().setUrl("#b1");
        String id = client.create(document).getIdElement().getIdPart();

        DocumentReference shown = client.get("/DocumentReference/" + id).resource(DocumentReference.class);
        assertThat(bytesOf(contained(shown, Media.class).getContent())).isEqualTo(pdf);
        assertThat(contained(shown, Binary.class).getData()).isEqualTo(binary.getData());
        assertThat(contained(shown, Binary.class).hasSecurityContext()).isFalse();
        assertThat(storedText(id)).doesNotContain(base64(binary.getData()).substring(0, 200));
        assertThat(client.put("/DocumentReference/" + id, shown).header("ETag")).isEqualTo("W/\"1\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100_000})
    void dataThatIsNotWhatItsHashSaysIsRefusedWhateverItsSize(int size) {
        DocumentReference document = Records.document(patient, Records.pdf(size));
        document.getContentFirstRep().getAttachment().setHash(new byte[20]);

        Answer answer = client.post("/DocumentReference", document);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.diagnostics()).contains("Attachment.hash");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100_000})
    void dataThatIsNotAsLongAsItsSizeSaysIsRefused(int size) {
        DocumentReference document = Records.document(patient, Records.pdf(size));
        document.getContentFirstRep().getAttachment().setSize(size + 1);

        Answer answer = client.post("/DocumentReference", document);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.diagnostics()).contains("Attachment.size");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                BlobReference.EXTENSION,
                "http://hapifhir.io/fhir/StructureDefinition/externalized-binary-id",
                "http://hapifhir.io/fhir/StructureDefinition/externalized-binary-hash-sha-256"
            })
    void nobodyNamesAStoredBlobByAnExtension(String extension) {
        String blob = idOf(stored(pdf));
        Binary spoofed = spoofed(extension, blob);
        DocumentReference document = Records.document(patient, Records.pdf(10));
        document.getContentFirstRep().getAttachment().getDataElement().addExtension(extension, new StringType(blob));
        Binary own = client.create(new Binary().setContentType("text/plain").setData(new byte[] {1, 2, 3}));
        String ownPath = "/Binary/" + own.getIdElement().getIdPart();
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        entry(transaction, HTTPVerb.POST, "Binary", spoofed(extension, blob));

        assertThat(client.post("/Binary", spoofed).status()).isEqualTo(422);
        spoofed.setId("spoofed");
        assertThat(client.put("/Binary/spoofed", spoofed).status()).isEqualTo(422);
        spoofed.setId(own.getIdElement().getIdPart());
        assertThat(client.put(ownPath, spoofed).status()).isEqualTo(422);
        assertThat(client.post("/DocumentReference", document).status()).isEqualTo(422);
        assertThat(client.post("/", transaction).status()).isEqualTo(422);
        Answer patched = patch(ownPath, "application/json-patch+json", """
                [{"op":"add","path":"/_data","value":{"extension":[{"url":"%s","valueId":"%s"}]}}]
                """.formatted(extension, blob));
        assertThat(patched.status()).as(patched.text()).isEqualTo(422);
        assertThat(client.get(ownPath).body()).containsExactly(1, 2, 3);
        assertThat(client.get("/Binary/spoofed").status()).isEqualTo(404);
    }

    @Test
    void urlOfAnotherDocumentsContentGivesNoRightToIt() {
        String url = stored(pdf).getUrl();
        DocumentReference thief = Records.document(patient, Records.pdf(10));
        thief.getContentFirstRep().setAttachment(new Attachment().setUrl(url));
        String id = client.create(thief).getIdElement().getIdPart();
        String path = "/DocumentReference/" + id;
        assertThat(owners(id)).isZero();

        patch(path, "application/json-patch+json", """
                [{"op":"add","path":"/description","value":"once more"}]""");
        assertThat(owners(id)).isZero();
        Attachment inline = client.get(path + "?_inlineAttachments=true")
                .resource(DocumentReference.class)
                .getContentFirstRep()
                .getAttachment();
        assertThat(inline.hasData()).isFalse();
    }

    @Test
    void urlUnderAnotherNameOfThisServerIsKeptRelative() {
        DocumentReference document = client.create(Records.document(patient, pdf));
        Attachment attachment = document.getContentFirstRep().getAttachment();
        attachment.setUrl(attachment.getUrl().replace("http://localhost", "http://127.0.0.1"));
        FhirClient byNumber = new FhirClient(server.fhirBase().replace("localhost", "127.0.0.1"), client.token());
        String path = "/DocumentReference/" + document.getIdElement().getIdPart();
        document.setDescription("Renamed");

        assertThat(byNumber.put(path, document).status()).isEqualTo(200);
        Attachment shown = client.get(path)
                .resource(DocumentReference.class)
                .getContentFirstRep()
                .getAttachment();
        assertThat(shown.getUrl()).startsWith(server.fhirBase());
        assertThat(bytesOf(shown)).isEqualTo(pdf);
    }

    private static Binary spoofed(String extension, String blob) {
        Binary binary = new Binary().setContentType("application/pdf");
        binary.getDataElement().addExtension(extension, new StringType(blob));
        return binary;
    }

    private static Parameters patch(String path, String name, org.hl7.fhir.r4.model.Type value) {
        Parameters patch = new Parameters();
        var operation = patch.addParameter().setName("operation");
        operation.addPart().setName("type").setValue(new CodeType("add"));
        operation.addPart().setName("path").setValue(new StringType(path));
        operation.addPart().setName("name").setValue(new StringType(name));
        operation.addPart().setName("value").setValue(value);
        return patch;
    }

    private Parameters photoPatch() {
        return patch(
                "Patient",
                "photo",
                new Attachment().setContentType("application/pdf").setData(pdf));
    }

    private Answer patch(String path, String type, String body) {
        return client.send("PATCH", path, BodyPublishers.ofString(body), "Content-Type", type);
    }

    private static Bundle document(Resource... resources) {
        Bundle document = new Bundle().setType(BundleType.COLLECTION);
        for (Resource resource : resources) {
            document.addEntry().setFullUrl("urn:uuid:" + UUID.randomUUID()).setResource(resource);
        }
        return document;
    }

    private static void entry(Bundle bundle, HTTPVerb method, String url, Resource resource) {
        bundle.addEntry().setResource(resource).getRequest().setMethod(method).setUrl(url);
    }

    private static <T extends Resource> T contained(DocumentReference document, Class<T> type) {
        return document.getContained().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    private Attachment photo() {
        return client.get("/" + patient).resource(Patient.class).getPhotoFirstRep();
    }

    private Attachment stored(byte[] content) {
        return client.create(Records.document(patient, content))
                .getContentFirstRep()
                .getAttachment();
    }

    private byte[] bytesOf(Attachment attachment) {
        assertThat(attachment.hasData()).isFalse();
        return client.get(attachment.getUrl()).body();
    }

    private static String text(Resource resource) {
        return FhirClient.FHIR.newJsonParser().encodeResourceToString(resource);
    }

    private long objects(byte[] content) {
        return server.bean(JdbcClient.class)
                .sql("SELECT count(*) FROM salus_blob_object WHERE sha256 = sha256(:content)")
                .param("content", content)
                .query(Long.class)
                .single();
    }

    private static String idOf(Attachment attachment) {
        return attachment.getUrl().substring(attachment.getUrl().lastIndexOf('/') + 1);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private long owners(String resource) {
        return server.bean(JdbcClient.class)
                .sql("SELECT count(*) FROM salus_blob_ref WHERE resource_id = :id")
                .param("id", resource)
                .query(Long.class)
                .single();
    }

    private String storedText(String resource) {
        List<String> versions = server.bean(JdbcClient.class)
                .sql("""
                        SELECT v.res_text_vc FROM hfj_res_ver v JOIN hfj_resource r ON r.res_id = v.res_id
                         WHERE r.fhir_id = :id
                        """)
                .param("id", resource)
                .query(String.class)
                .list();
        assertThat(versions).isNotEmpty();
        return String.join("\n", versions);
    }
}
