package health.salus.upload;

import health.salus.smart.FakeIssuer;
import health.salus.testing.Clamd;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.S3Server;
import health.salus.testing.TestServer;
import org.apache.commons.codec.digest.DigestUtils;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Signature;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** Where the store is S3, clients put files into it and fetch them there, past this server, which looks into each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadToS3IT {

    private static final int MEGABYTE = 1024 * 1024;

    private final Clamd clamd = new Clamd();
    private S3Server storage;
    private String bucket;
    private S3Client objects;
    private FakeIssuer issuer;
    private TestServer server;
    private FhirClient client;
    private FhirClient anybody;

    @BeforeAll
    void start() {
        storage = S3Server.start();
        bucket = storage.createBucket();
        objects = storage.client();
        issuer = new FakeIssuer();
        issuer.comeUp();
        server = TestServer.start(Map.ofEntries(
                Map.entry("salus.blob.s3.bucket", bucket),
                Map.entry("salus.blob.s3.endpoint", storage.endpoint().toString()),
                Map.entry("salus.blob.s3.path-style", "true"),
                Map.entry("salus.blob.s3.access-key", storage.accessKey()),
                Map.entry("salus.blob.s3.secret-key", storage.secretKey()),
                Map.entry("salus.upload.parts-above", "5MB"),
                Map.entry("salus.upload.part-size", "5MB"),
                Map.entry("salus.upload.lifetime", "2m"),
                Map.entry("salus.scan.clamd-host", "localhost"),
                Map.entry("salus.scan.clamd-port", Integer.toString(clamd.port())),
                Map.entry("salus.scan.rescan-interval", "1s"),
                Map.entry("salus.auth.issuer", issuer.id())));
        client = FhirClient.withToken(server.fhirBase(), token());
        anybody = FhirClient.anonymous(server.fhirBase());
    }

    @AfterAll
    void stop() {
        server.close();
        issuer.close();
        objects.close();
        storage.close();
        clamd.close();
    }

    @Test
    void fileGoesIntoTheStoreAndBecomesADocument() {
        byte[] pdf = Records.pdf(300_000);
        String patient = "Patient/"
                + client.create(Records.patient("Hochladen")).getIdElement().getIdPart();
        Parameters started = start("application/pdf", pdf);
        assertThat(text(started, "url"))
                .startsWith(storage.endpoint().toString())
                .contains(bucket);
        assertThat(Instant.parse(text(started, "expires")))
                .isBetween(
                        Instant.now().plus(Duration.ofSeconds(90)),
                        Instant.now().plus(Duration.ofSeconds(121)));
        assertThat(put(started.getParameter(), pdf).status()).isEqualTo(200);
        DocumentReference document = Records.document(patient, pdf);
        document.getContentFirstRep().setAttachment(new Attachment().setTitle("Scan"));

        Parameters completed = complete(started, document, List.of()).resource(Parameters.class);

        assertThat(client.get("/" + reference(completed, "binary")).body()).isEqualTo(pdf);
        Attachment attachment = client.get("/" + reference(completed, "documentReference"))
                .resource(DocumentReference.class)
                .getContentFirstRep()
                .getAttachment();
        assertThat(client.get(attachment.getUrl()).body()).isEqualTo(pdf);
        assertThat(objectsOf(pdf.length))
                .singleElement()
                .satisfies(it -> assertThat(it.key()).startsWith("default/"));
        assertThat(clamd.scanned()).anyMatch(it -> Arrays.equals(it, pdf));
    }

    @Test
    void longFileGoesIntoTheStoreInParts() {
        byte[] pdf = Records.pdf(12 * MEGABYTE);
        Parameters started = start("application/pdf", pdf);
        assertThat(parts(started)).hasSize(3);
        assertThat(started.getParameter("url")).isNull();

        List<String> tags = putParts(started, pdf);
        Parameters completed = complete(started, null, tags).resource(Parameters.class);

        String binary = "/" + reference(completed, "binary");
        assertThat(client.get(binary).body()).isEqualTo(pdf);
        assertThat(client.get(binary, "Range", "bytes=5242879-5242880").body())
                .containsExactly(pdf[5 * MEGABYTE - 1], pdf[5 * MEGABYTE]);
        assertThat(objectsOf(pdf.length)).hasSize(1);
        assertThat(reference(complete(started, null, tags).resource(Parameters.class), "binary"))
                .isEqualTo(reference(completed, "binary"));
    }

    @Test
    void partsThatAreMissingOrWrongAreToldAndLeaveNothing() {
        byte[] pdf = Records.pdf(11 * MEGABYTE);
        Parameters started = start("application/pdf", pdf);
        assertThat(complete(started, null, List.of()).status()).isEqualTo(400);
        List<String> tags = putParts(started, pdf);
        List<String> wrong = List.of(tags.get(1), tags.get(0), tags.get(2));
        assertThat(complete(started, null, wrong).status()).isEqualTo(422);
        assertThat(complete(started, null, tags).status()).isEqualTo(200);

        byte[] other = Records.pdf(11 * MEGABYTE + 1);
        Parameters again = start("application/pdf", other);
        byte[] changed = other.clone();
        changed[7 * MEGABYTE] ^= 1;
        Answer refused = complete(again, null, putParts(again, changed));
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.diagnostics()).contains("SHA-256");
        assertThat(objectsOf(other.length)).isEmpty();
    }

    @Test
    void fileThatIsNotWhatItSaysIsRefusedAndDeleted() {
        byte[] pdf = Records.pdf(20_001);
        Parameters started = start("image/png", pdf);
        assertThat(put(started.getParameter(), pdf).status()).isEqualTo(200);
        assertThat(objectsOf(pdf.length)).hasSize(1);

        Answer refused = complete(started, null, List.of());

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.diagnostics()).contains("image/png", "application/pdf");
        assertThat(objectsOf(pdf.length)).isEmpty();
        assertThat(client.post("/Binary/$start-upload", announcement("application/x-msdownload", pdf))
                        .status())
                .isEqualTo(422);
    }

    @Test
    void infectedFileIsRefusedByEachWayInHoweverSmall() {
        byte[] virus = ("A letter. " + Clamd.EICAR).getBytes(StandardCharsets.US_ASCII);
        Parameters started = start("text/plain", virus);
        assertThat(put(started.getParameter(), virus).status()).isEqualTo(200);

        Answer upload = complete(started, null, List.of());
        Answer raw = client.send("POST", "/Binary", BodyPublishers.ofByteArray(virus), "Content-Type", "text/plain");
        Answer inside = client.post("/DocumentReference", letter("Infected", virus));
        Answer signed = client.post("/Bundle", signed(letter("Infected", virus)));

        for (Answer refused : List.of(upload, raw, inside, signed)) {
            assertThat(refused.status()).as(refused.text()).isEqualTo(422);
            assertThat(refused.diagnostics()).contains("EICAR");
        }
        assertThat(objectsOf(virus.length)).isEmpty();
        assertThat(client.search("/DocumentReference"))
                .noneMatch(it -> "Infected".equals(((DocumentReference) it).getDescription()));
    }

    @Test
    void whatCannotBeKeptApartWaitsForTheScanner() {
        byte[] letter = "A letter.".getBytes(StandardCharsets.US_ASCII);
        clamd.behave(Clamd.Manner.HANG_UP);
        DocumentReference small = client.create(letter("Clean", letter));
        Answer signed = client.post("/Bundle", signed(letter("Clean", letter)));
        clamd.behave(Clamd.Manner.SCAN);

        // Where a scanner looks, small content lies in the store as well, where it can be held.
        assertThat(small.getContentFirstRep().getAttachment().hasData()).isFalse();
        assertThat(signed.status()).as(signed.text()).isEqualTo(503);
        assertThat(signed.header("Retry-After")).isNotEmpty();
        assertThat(client.post("/Bundle", signed(letter("Clean", letter))).status())
                .isEqualTo(201);
    }

    private static Bundle signed(DocumentReference document) {
        Bundle bundle = new Bundle().setType(Bundle.BundleType.COLLECTION);
        bundle.addEntry().setFullUrl("urn:uuid:" + UUID.randomUUID()).setResource(document);
        bundle.setSignature(new Signature().setWhenElement(new InstantType("2026-01-02T03:04:05Z")));
        bundle.getSignature().getWho().setDisplay("Somebody");
        bundle.getSignature().addType().setCode("1.2.840.10065.1.12.1.1");
        return bundle;
    }

    @Test
    void fileThatTheScannerHasNotSeenIsKeptAndGivenLater() throws Exception {
        clamd.behave(Clamd.Manner.HANG_UP);
        byte[] pdf = Records.pdf(40_000);
        Answer created =
                client.send("POST", "/Binary", BodyPublishers.ofByteArray(pdf), "Content-Type", "application/pdf");
        assertThat(created.status()).isEqualTo(201);
        assertThat(client.get(created.header("Location")).status()).isEqualTo(503);

        clamd.behave(Clamd.Manner.SCAN);
        for (int i = 0; i < 200 && client.get(created.header("Location")).status() == 503; i++) {
            Thread.sleep(100);
        }

        assertThat(client.get(created.header("Location")).body()).isEqualTo(pdf);
    }

    @Test
    void fileIsFetchedFromTheStoreWhereItLiesAsItIs() {
        byte[] pdf = Records.pdf(50_000);
        byte[] text = "Sehr geehrte Kollegin. ".repeat(3000).getBytes(StandardCharsets.US_ASCII);

        String stored = downloadUrl("application/pdf", pdf);
        String compressed = downloadUrl("text/plain", text);

        assertThat(stored).startsWith(storage.endpoint().toString());
        Answer answer = anybody.get(stored);
        assertThat(answer.body()).isEqualTo(pdf);
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment");
        assertThat(answer.header("Content-Type")).isEqualTo("application/pdf");
        // The store has it in a form that no client could read.
        assertThat(compressed).startsWith(server.url("/transfer").toString());
        assertThat(anybody.get(compressed).body()).isEqualTo(text);
    }

    @Test
    void partsOfAnUploadThatNobodyCompletesAreSweptAway() {
        byte[] pdf = Records.pdf(6 * MEGABYTE);
        Parameters started = start("application/pdf", pdf);
        putParts(started, pdf);
        assertThat(unfinished()).isPositive();
        server.bean(JdbcClient.class)
                .sql("UPDATE salus_upload SET complete_before = now() - interval '1 second' WHERE blob_id IS NULL")
                .update();
        assertThat(complete(started, null, List.of()).status()).isEqualTo(410);

        server.bean(UploadSweep.class).sweep(Instant.now());

        assertThat(unfinished()).isZero();
    }

    private static DocumentReference letter(String description, byte[] content) {
        DocumentReference document = new DocumentReference();
        document.setStatus(DocumentReferenceStatus.CURRENT);
        document.setDescription(description);
        document.addContent().getAttachment().setContentType("text/plain").setData(content);
        return document;
    }

    private String downloadUrl(String type, byte[] content) {
        String location = client.send("POST", "/Binary", BodyPublishers.ofByteArray(content), "Content-Type", type)
                .header("Location");
        return text(
                client.get(location.replaceAll("/_history.*", "") + "/$download-url")
                        .resource(Parameters.class),
                "url");
    }

    private Parameters start(String type, byte[] content) {
        Answer answer = client.post("/Binary/$start-upload", announcement(type, content));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.resource(Parameters.class);
    }

    private static Parameters announcement(String type, byte[] content) {
        Parameters announcement = new Parameters();
        announcement.addParameter("contentType", type);
        announcement.addParameter("size", new DecimalType(content.length));
        announcement.addParameter("sha256", DigestUtils.sha256Hex(content));
        return announcement;
    }

    /** Returns the tags that the store has given the parts. */
    private List<String> putParts(Parameters started, byte[] content) {
        List<String> tags = new ArrayList<>();
        int offset = 0;
        for (ParametersParameterComponent part : parts(started)) {
            int size = Integer.parseInt(text(part.getPart(), "size"));
            Answer answer = put(part.getPart(), Arrays.copyOfRange(content, offset, offset + size));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            tags.add(answer.header("ETag"));
            offset += size;
        }
        assertThat(offset).isEqualTo(content.length);
        return tags;
    }

    /** Puts content as an answer says: to its address, with its headers. */
    private Answer put(List<ParametersParameterComponent> said, byte[] content) {
        assertThat(text(said, "method")).isEqualTo("PUT");
        List<String> headers = new ArrayList<>();
        said.stream()
                .filter(it -> it.getName().equals("header"))
                .flatMap(it -> it.getPart().stream())
                // The client's library sends the length itself.
                .filter(it -> !it.getName().equalsIgnoreCase("content-length"))
                .forEach(
                        it -> headers.addAll(List.of(it.getName(), it.getValue().primitiveValue())));
        return anybody.send(
                "PUT", text(said, "url"), BodyPublishers.ofByteArray(content), headers.toArray(String[]::new));
    }

    private Answer complete(Parameters started, DocumentReference document, List<String> tags) {
        Parameters parameters = new Parameters().addParameter("upload", text(started, "upload"));
        for (int i = 0; i < tags.size(); i++) {
            ParametersParameterComponent part = parameters.addParameter().setName("part");
            part.addPart().setName("number").setValue(new IntegerType(i + 1));
            part.addPart().setName("etag").setValue(new StringType(tags.get(i)));
        }
        if (document != null) {
            parameters.addParameter().setName("documentReference").setResource(document);
        }
        return client.post("/Binary/$complete-upload", parameters);
    }

    private static List<ParametersParameterComponent> parts(Parameters started) {
        return started.getParameter().stream()
                .filter(it -> it.getName().equals("part"))
                .toList();
    }

    private static String text(Parameters parameters, String name) {
        return text(parameters.getParameter(), name);
    }

    private static String text(List<ParametersParameterComponent> said, String name) {
        return said.stream()
                .filter(it -> it.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue()
                .primitiveValue();
    }

    private static String reference(Parameters parameters, String name) {
        return ((Reference) parameters.getParameter(name).getValue()).getReference();
    }

    private List<S3Object> objectsOf(long size) {
        return objects.listObjectsV2(it -> it.bucket(bucket)).contents().stream()
                .filter(it -> it.size() == size)
                .toList();
    }

    private int unfinished() {
        return objects.listMultipartUploads(it -> it.bucket(bucket)).uploads().size();
    }

    private String token() {
        return issuer.sign(issuer.claims()
                .subject("doctor")
                .audience(server.fhirBase())
                .claim("typ", "Bearer")
                .claim("azp", "an-app")
                .claim("scope", "user/*.cruds")
                .claim("salus_role", "practitioner")
                .claim("salus_tenant", "default")
                .expirationTime(Date.from(Instant.now().plusSeconds(900)))
                .build());
    }
}
