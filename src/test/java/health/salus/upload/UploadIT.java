package health.salus.upload;

import health.salus.blob.BlobContent;
import health.salus.blob.Blobs;
import health.salus.blob.StoredBlob;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.apache.commons.codec.digest.DigestUtils;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;

/** Files go past FHIR, by addresses that carry their own permission, and become FHIR when they are what was announced. */
class UploadIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final FhirClient anybody = FhirClient.anonymous(server.fhirBase());
    private final byte[] pdf = Records.pdf(300_000);
    private String patient;

    @BeforeEach
    void createPatient() {
        patient = "Patient/"
                + client.create(Records.patient("Hochladen")).getIdElement().getIdPart();
    }

    @Test
    void uploadBecomesABinary() {
        Parameters started = start(announce(pdf)
                .addParameter(new Parameters.ParametersParameterComponent()
                        .setName("securityContext")
                        .setValue(new Reference(patient))));
        assertThat(text(started, "method")).isEqualTo("PUT");
        assertThat(Instant.parse(text(started, "expires")))
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(10)),
                        Instant.now().plus(Duration.ofMinutes(16)));
        assertThat(put(started, pdf).status()).isEqualTo(200);

        Parameters completed = complete(started).resource(Parameters.class);
        String path = "/" + reference(completed, "binary");
        assertThat(client.get(path).body()).isEqualTo(pdf);
        Binary binary = client.get(path, "Accept", "application/fhir+json").resource(Binary.class);
        assertThat(binary.getContentType()).isEqualTo("application/pdf");
        assertThat(binary.getSecurityContext().getReference()).isEqualTo(patient);
        assertThat(completed.getParameter("documentReference")).isNull();
    }

    @Test
    void uploadBecomesTheAttachmentOfADocumentInTheSameTransaction() {
        Parameters started = start(announce(pdf));
        put(started, pdf);
        DocumentReference document = Records.document(patient, Records.pdf(10));
        document.getContentFirstRep().setAttachment(new Attachment().setTitle("Scan"));

        Parameters completed = complete(started, document).resource(Parameters.class);
        Attachment attachment = client.get("/" + reference(completed, "documentReference"))
                .resource(DocumentReference.class)
                .getContentFirstRep()
                .getAttachment();
        assertThat(attachment.getTitle()).isEqualTo("Scan");
        assertThat(attachment.getSize()).isEqualTo(pdf.length);
        assertThat(attachment.getHash()).isEqualTo(DigestUtils.sha1(pdf));
        assertThat(client.get(attachment.getUrl()).body()).isEqualTo(pdf);
        assertThat(client.get("/" + reference(completed, "binary"), "Accept", "application/fhir+json")
                        .resource(Binary.class)
                        .getSecurityContext()
                        .getReference())
                .isEqualTo(patient);
    }

    @Test
    void documentThatIsRefusedLeavesNoBinaryAndCanBeCorrected() {
        Parameters started = start(announce(pdf));
        put(started, pdf);
        DocumentReference wrong = new DocumentReference();
        wrong.setSubject(new Reference("Patient/does-not-exist"));

        assertThat(complete(started, wrong).status()).isBetween(400, 422);
        assertThat(owners(pdf)).isZero();
        assertThat(complete(started).status()).isEqualTo(200);
    }

    @Test
    void completingAgainAnswersTheSame() {
        Parameters started = start(announce(pdf));
        put(started, pdf);
        String first = reference(complete(started).resource(Parameters.class), "binary");

        assertThat(reference(complete(started).resource(Parameters.class), "binary"))
                .isEqualTo(first);
        assertThat(owners(pdf)).isEqualTo(1);
    }

    @Test
    void completingTwiceAtOnceMakesOneBinary() {
        Parameters started = start(announce(pdf));
        put(started, pdf);
        CompletableFuture<Answer> other = CompletableFuture.supplyAsync(() -> complete(started));
        Answer mine = complete(started);

        assertThat(mine.status()).as(mine.text()).isEqualTo(200);
        assertThat(other.join().status()).as(other.join().text()).isEqualTo(200);
        assertThat(reference(mine.resource(Parameters.class), "binary"))
                .isEqualTo(reference(other.join().resource(Parameters.class), "binary"));
        assertThat(owners(pdf)).isEqualTo(1);
    }

    @Test
    void nothingUploadedIsAConflictAndCanStillBeUploaded() {
        Parameters started = start(announce(pdf));
        assertThat(complete(started).status()).isEqualTo(409);

        put(started, pdf);
        assertThat(complete(started).status()).isEqualTo(200);
    }

    @Test
    void otherBytesThanAnnouncedAreRefusedAndCanBeReplaced() {
        Parameters started = start(announce(pdf));
        put(started, Records.pdf(pdf.length));
        Answer refused = complete(started);
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.diagnostics()).contains("SHA-256");

        assertThat(put(started, pdf).status()).isEqualTo(200);
        assertThat(complete(started).status()).isEqualTo(200);
    }

    @Test
    void addressIsGoodForOneUploadOfTheAnnouncedLength() {
        Parameters started = start(announce(pdf));
        assertThat(put(started, Records.pdf(pdf.length + 1)).status()).isEqualTo(400);
        assertThat(put(started, pdf).status()).isEqualTo(200);
        assertThat(put(started, pdf).status()).isEqualTo(412);
    }

    @Test
    void addressThatWasChangedIsNotGood() {
        String url = text(start(announce(pdf)), "url");
        String other = text(start(announce(pdf)), "upload");

        assertThat(put(url.replaceAll("expires=\\d+", "expires=99999999999"), pdf)
                        .status())
                .isEqualTo(403);
        assertThat(put(url.replaceAll("signature=.", "signature=x"), pdf).status())
                .isEqualTo(403);
        assertThat(put(url.replace("/default/", "/other/"), pdf).status()).isEqualTo(403);
        assertThat(put(url.replaceAll("/[0-9a-f-]{36}", "/" + other), pdf).status())
                .isEqualTo(403);
        assertThat(put(url.replaceAll("/[0-9a-f-]{36}", "/" + UUID.randomUUID()), pdf)
                        .status())
                .isEqualTo(403);
        assertThat(anybody.get(url).status()).isEqualTo(403);
        assertThat(put(url.replaceAll("[?].*", ""), pdf).status()).isEqualTo(400);
        assertThat(put(url, pdf).status()).isEqualTo(200);
    }

    @Test
    void addressEndsWithItsTime() {
        TransferAddresses addresses = server.bean(TransferAddresses.class);
        UUID blob = UUID.fromString(stored().replaceAll(".*/", ""));
        String url = addresses
                .download(TenantId.DEFAULT, blob, pdf.length, Duration.ofSeconds(-1))
                .url()
                .toString();
        assertThat(anybody.get(url).status()).isEqualTo(403);
    }

    @Test
    void addressesOfADisabledTenantAreNotGood() throws Exception {
        TenantId tenant = new TenantId("closed-soon");
        Tenants tenants = server.bean(Tenants.class);
        tenants.create(tenant);
        StoredBlob blob = server.bean(Blobs.class).store(tenant, "application/pdf", BlobContent.of(pdf));
        TransferAddresses addresses = server.bean(TransferAddresses.class);
        String download = addresses
                .download(tenant, blob.id().value(), pdf.length, Duration.ofMinutes(1))
                .url()
                .toString();
        assertThat(anybody.get(download).body()).isEqualTo(pdf);

        tenants.setEnabled(tenant, false);
        assertThat(anybody.get(download).status()).isEqualTo(403);
        tenants.setEnabled(tenant, true);
        assertThat(anybody.get(download).status()).isEqualTo(200);
    }

    @Test
    void pagesOfRegisteredAppsMayUseAddressesAndNoOthers() {
        Parameters started = start(announce(pdf));
        String url = text(started, "url");
        String registered = "http://127.0.0.1:9876";

        Answer preflight = anybody.send(
                "OPTIONS",
                url,
                BodyPublishers.noBody(),
                "Origin",
                registered,
                "Access-Control-Request-Method",
                "PUT",
                "Access-Control-Request-Headers",
                "content-type");
        assertThat(preflight.status()).isEqualTo(200);
        assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo(registered);
        assertThat(preflight.header("Access-Control-Allow-Methods")).contains("PUT");
        assertThat(putFrom("https://evil.example", url).status()).isEqualTo(403);
        assertThat(complete(started).status()).isEqualTo(409);
        Answer put = putFrom(registered, url);
        assertThat(put.status()).isEqualTo(200);
        assertThat(put.header("Access-Control-Allow-Origin")).isEqualTo(registered);

        String download = text(
                client.get("/Binary/" + stored().replaceAll(".*/", "") + "/$download-url")
                        .resource(Parameters.class),
                "url");
        Answer part = anybody.get(download, "Origin", registered, "Range", "bytes=0-7");
        assertThat(part.header("Access-Control-Allow-Origin")).isEqualTo(registered);
        assertThat(part.header("Access-Control-Expose-Headers")).contains("Content-Range");
        assertThat(anybody.get(download, "Origin", "https://evil.example").status())
                .isEqualTo(403);
    }

    private Answer putFrom(String origin, String url) {
        return anybody.send("PUT", url, BodyPublishers.ofByteArray(pdf), "Origin", origin);
    }

    @Test
    void announcementThatMakesNoSenseIsRefused() {
        assertThat(client.post("/Binary/$start-upload", new Parameters()).status())
                .isEqualTo(400);
        assertThat(client.post("/Binary/$start-upload", announcement("application/pdf", "-1", "a".repeat(64)))
                        .status())
                .isEqualTo(400);
        assertThat(client.post("/Binary/$start-upload", announcement("application/pdf", "1", "not a hash"))
                        .status())
                .isEqualTo(400);
        assertThat(client.post("/Binary/$start-upload", announcement("text/ü", "1", "a".repeat(64)))
                        .status())
                .isEqualTo(400);
        assertThat(client.post("/Binary/$start-upload", announcement("video/mp4", "6000000000", "a".repeat(64)))
                        .status())
                .isEqualTo(413);
        Answer unknown = client.post(
                "/Binary/$complete-upload",
                new Parameters().addParameter("upload", UUID.randomUUID().toString()));
        assertThat(unknown.status()).isEqualTo(404);
    }

    @Test
    void downloadAddressNeedsNoTokenAndGivesPartsToo() {
        Answer answer = client.get("/Binary/" + stored().replaceAll(".*/", "") + "/$download-url");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        String url = text(answer.resource(Parameters.class), "url");

        assertThat(anybody.get(url).body()).isEqualTo(pdf);
        Answer part = anybody.get(url, "Range", "bytes=0-7");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("%PDF-1.7");
        assertThat(part.header("Content-Disposition")).isEqualTo("attachment");
        assertThat(part.header("Content-Security-Policy")).contains("sandbox");
        assertThat(put(url, pdf).status()).isEqualTo(403);
    }

    @Test
    void uploadThatNobodyCompletesIsSweptAway() throws Exception {
        Parameters started = start(announce(pdf));
        put(started, pdf);
        Parameters fresh = start(announce(pdf));
        server.bean(JdbcClient.class)
                .sql("UPDATE salus_upload SET complete_before = now() - interval '1 second' WHERE id = :id")
                .param("id", UUID.fromString(text(started, "upload")))
                .update();
        assertThat(complete(started).status()).isEqualTo(410);

        server.bean(UploadSweep.class).sweep(Instant.now());

        assertThat(complete(started).status()).isEqualTo(404);
        assertThat(complete(fresh).status()).isEqualTo(409);
        try (var files = Files.walk(server.dataDirectory().resolve("blobs"))) {
            assertThat(files.filter(it -> it.toString().contains("staging"))
                            .filter(Files::isRegularFile)
                            .filter(it -> size(it) == pdf.length)
                            .filter(it -> it.toString().contains(text(started, "upload"))))
                    .isEmpty();
        }
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    private String stored() {
        return client.create(Records.document(patient, pdf))
                .getContentFirstRep()
                .getAttachment()
                .getUrl();
    }

    private static Parameters announce(byte[] content) {
        return announcement("application/pdf", Integer.toString(content.length), DigestUtils.sha256Hex(content));
    }

    private static Parameters announcement(String contentType, String size, String sha256) {
        Parameters announcement = new Parameters();
        announcement.addParameter("contentType", contentType);
        announcement.addParameter("size", new DecimalType(size));
        announcement.addParameter("sha256", sha256);
        return announcement;
    }

    private Parameters start(Parameters announcement) {
        Answer answer = client.post("/Binary/$start-upload", announcement);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.resource(Parameters.class);
    }

    private Answer put(Parameters started, byte[] content) {
        return put(text(started, "url"), content);
    }

    private Answer put(String url, byte[] content) {
        return anybody.send("PUT", url, BodyPublishers.ofByteArray(content));
    }

    private Answer complete(Parameters started) {
        return client.post(
                "/Binary/$complete-upload", new Parameters().addParameter("upload", text(started, "upload")));
    }

    private Answer complete(Parameters started, DocumentReference document) {
        Parameters parameters = new Parameters().addParameter("upload", text(started, "upload"));
        parameters.addParameter().setName("documentReference").setResource(document);
        return client.post("/Binary/$complete-upload", parameters);
    }

    private static String text(Parameters parameters, String name) {
        return parameters.getParameter(name).getValue().primitiveValue();
    }

    private static String reference(Parameters parameters, String name) {
        return ((Reference) parameters.getParameter(name).getValue()).getReference();
    }

    private long owners(byte[] content) {
        return server.bean(JdbcClient.class)
                .sql("""
                        SELECT count(*) FROM salus_blob_ref ref
                          JOIN salus_blob blob ON blob.id = ref.blob_id
                          JOIN salus_blob_object object ON object.object_key = blob.object_key
                         WHERE object.sha256 = decode(:sha256, 'hex')
                        """)
                .param("sha256", DigestUtils.sha256Hex(content))
                .query(Long.class)
                .single();
    }
}
