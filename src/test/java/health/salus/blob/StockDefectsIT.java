package health.salus.blob;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.model.ExpungeOptions;
import ca.uhn.fhir.jpa.interceptor.UserRequestRetryVersionConflictsInterceptor;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import health.salus.fhir.ResourceWriter;
import health.salus.fhir.WriteOrigin;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.apache.commons.codec.digest.DigestUtils;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What was found to lose, leak or hide data in the binary storage that comes with HAPI FHIR 8.8.0, each by its letter in our
 * list, and how it is here. Three of them stand with their like: C, ids of blobs that a client makes up, in
 * {@code AttachmentOffloadIT}; E, {@code $delete-expunge}, in {@code BlobReferenceIT}; F, files larger than the memory, in
 * {@code BinaryWriteIT}.
 */
class StockDefectsIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final byte[] pdf = Records.pdf(100_000);
    private String patient;

    @BeforeEach
    void createPatient() {
        patient = "Patient/"
                + client.create(Records.patient("Mangel")).getIdElement().getIdPart();
    }

    @Test
    @DisplayName("A: expunging an old version keeps the bytes that the current one shares with it")
    void expungeOfAnOldVersionKeepsSharedBytes() {
        DocumentReference document = client.create(Records.document(patient, pdf));
        String path = "/DocumentReference/" + document.getIdElement().getIdPart();
        DocumentReference again = Records.document(patient, pdf).setDescription("The same bytes");
        again.setId(document.getIdElement().getIdPart());
        assertThat(client.put(path, again).header("ETag")).isEqualTo("W/\"2\"");

        expungeOldVersions(document);
        sweepWhatIsOld();

        assertThat(client.get(path + "/_history/1").status()).isEqualTo(404);
        assertThat(client.get(urlOf(client.get(path).resource(DocumentReference.class)))
                        .body())
                .isEqualTo(pdf);
        assertThat(client.search("/DocumentReference?patient=" + patient)).hasSize(1);
    }

    @Test
    @DisplayName("B: a write that is tried again after a conflict stores the bytes and not an empty file")
    void retriedWriteKeepsItsBytes() {
        Conflict conflict = new Conflict();
        List<Object> interceptors = List.of(conflict, new UserRequestRetryVersionConflictsInterceptor());
        server.bean(IInterceptorService.class).registerInterceptors(interceptors);
        try {
            Answer created = client.post(
                    "/DocumentReference",
                    Records.document(patient, pdf),
                    "X-Retry-On-Version-Conflict",
                    "retry; max-retries=3");
            assertThat(created.status()).as(created.text()).isEqualTo(201);
            conflict.again();
            Answer transaction = client.post(
                    "/",
                    transaction(Records.document(patient, pdf)),
                    "X-Retry-On-Version-Conflict",
                    "retry; max-retries=3");
            assertThat(transaction.status()).as(transaction.text()).isEqualTo(200);
        } finally {
            server.bean(IInterceptorService.class).unregisterInterceptors(interceptors);
        }

        assertThat(conflict.thrown()).isEqualTo(2);
        assertThat(documents())
                .hasSize(2)
                .allMatch(it -> Arrays.equals(client.get(urlOf(it)).body(), pdf));
        assertThat(objectsOf(pdf)).isEqualTo(1);
    }

    @Test
    @DisplayName("D, L: bytes of a write that failed stay for a retry, and go at the sweep")
    void bytesOfAFailedWriteStayForTheGracePeriodOnly() {
        Answer failed = client.post("/DocumentReference", Records.document("Patient/does-not-exist", pdf));
        assertThat(failed.status()).isEqualTo(400);
        assertThat(objectsOf(pdf)).isEqualTo(1);
        server.bean(BlobSweep.class).run();
        assertThat(objectsOf(pdf)).isEqualTo(1);

        sweepWhatIsOld();

        assertThat(objectsOf(pdf)).isZero();
        assertThat(client.post("/DocumentReference", Records.document(patient, pdf))
                        .status())
                .isEqualTo(201);
    }

    @Test
    @DisplayName("G: a large Binary comes as bytes to whoever asks for a picture, and in parts")
    void largeBinaryIsGivenAsBytes() {
        byte[] large = Records.pdf(11_000_000);
        String url = urlOf(client.create(Records.document(patient, large)));

        assertThat(client.get(url, "Accept", "image/png").body()).isEqualTo(large);
        assertThat(client.get(url, "Accept", "application/fhir+json").status()).isEqualTo(406);
        Answer part = client.get(url, "Accept", "image/png", "Range", "bytes=10999990-");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(large, 10_999_990, 11_000_000));
    }

    @Test
    @DisplayName("H: a search tells of every attachment, however large they are together")
    void searchHidesNoAttachment() {
        for (int i = 0; i < 3; i++) {
            client.create(Records.document(patient, Records.pdf(4_500_000)));
        }

        assertThat(documents()).hasSize(3).allSatisfy(it -> {
            Attachment attachment = it.getContentFirstRep().getAttachment();
            assertThat(attachment.getSize()).isEqualTo(4_500_000);
            assertThat(client.head(attachment.getUrl()).status()).isEqualTo(200);
        });
    }

    @Test
    @DisplayName("I: bytes are stored for the tenant that they belong to, and equal ones of two tenants apart")
    void equalBytesOfTwoTenantsAreTwoObjects() {
        String mine = urlOf(client.create(Records.document(patient, pdf)));
        Bundle elsewhere = transaction(Records.patient("Mangel"));
        DocumentReference document = Records.document(patient, pdf);
        document.setSubject(null);
        elsewhere
                .addEntry()
                .setResource(document)
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("DocumentReference");
        server.bean(ResourceWriter.class).transaction(new WriteOrigin(new TenantId("north"), "test"), elsewhere);

        List<String> keys = server.bean(JdbcClient.class)
                .sql("SELECT object_key FROM salus_blob_object WHERE sha256 = decode(:sha256, 'hex') ORDER BY 1")
                .param("sha256", DigestUtils.sha256Hex(pdf))
                .query(String.class)
                .list();
        assertThat(keys).hasSize(2);
        assertThat(keys.get(0)).startsWith("default/");
        assertThat(keys.get(1)).startsWith("north/");
        String other = server.bean(JdbcClient.class)
                .sql("SELECT id FROM salus_blob WHERE object_key = :key")
                .param("key", keys.get(1))
                .query(String.class)
                .single();
        assertThat(client.get("/Binary/" + other).status()).isEqualTo(404);
        assertThat(client.get(mine).body()).isEqualTo(pdf);
    }

    @Test
    @DisplayName("J: bytes that a resource held in any version before are not stored again")
    void bytesOfAnOlderVersionAreFoundAgain() {
        DocumentReference first = client.create(Records.document(patient, pdf));
        String path = "/DocumentReference/" + first.getIdElement().getIdPart();
        put(path, first, Records.pdf(90_000));
        DocumentReference third = put(path, first, pdf);

        assertThat(urlOf(third)).isEqualTo(urlOf(first));
        assertThat(objectsOf(pdf)).isEqualTo(1);
        assertThat(client.get(path + "/_history/1")
                        .resource(DocumentReference.class)
                        .getContentFirstRep()
                        .getAttachment()
                        .getUrl())
                .isEqualTo(urlOf(third));
    }

    @Test
    @DisplayName("K: no database connection is held while bytes are on their way into the store")
    void slowUploadHoldsNoConnection() throws Exception {
        URI base = URI.create(server.fhirBase());
        HikariPoolMXBean pool = server.bean(HikariDataSource.class).getHikariPoolMXBean();
        int idle = fewestConnections(pool);
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            OutputStream out = begin(socket, "/Binary", "application/pdf", pdf.length);
            out.write(pdf, 0, 50_000);
            out.flush();
            await(() -> pendingObjects() > 0);

            // What the server does beside takes one now and then; one that the upload held would never come back.
            await(() -> pool.getActiveConnections() <= idle);
            assertThat(pendingObjects()).isPositive();

            out.write(pdf, 50_000, 50_000);
            out.flush();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 201");
        }
        assertThat(objectsOf(pdf)).isEqualTo(1);
    }

    @Test
    @DisplayName("K: no database connection is held while a resource with bytes inside comes slowly")
    void slowResourceHoldsNoConnection() throws Exception {
        byte[] document = FhirClient.FHIR
                .newJsonParser()
                .encodeResourceToString(Records.document(patient, pdf))
                .getBytes(StandardCharsets.UTF_8);
        HikariPoolMXBean pool = server.bean(HikariDataSource.class).getHikariPoolMXBean();
        int idle = fewestConnections(pool);
        URI base = URI.create(server.fhirBase());
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            OutputStream out = begin(socket, "/DocumentReference", "application/fhir+json", document.length);
            out.write(document, 0, 50_000);
            out.flush();

            // Long enough for the server to have come to the body.
            Thread.sleep(300);
            await(() -> pool.getActiveConnections() <= idle);

            out.write(document, 50_000, document.length - 50_000);
            out.flush();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 201");
        }
    }

    private OutputStream begin(Socket socket, String path, String type, int length) throws IOException {
        URI base = URI.create(server.fhirBase());
        OutputStream out = socket.getOutputStream();
        out.write(("POST " + base.getPath() + path + " HTTP/1.1\r\nHost: " + base.getAuthority()
                        + "\r\nAuthorization: Bearer " + client.token().orElseThrow()
                        + "\r\nContent-Type: " + type + "\r\nContent-Length: " + length
                        + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return out;
    }

    /** Some parts of the server keep a connection for themselves. */
    private static int fewestConnections(HikariPoolMXBean pool) throws InterruptedException {
        int fewest = pool.getActiveConnections();
        for (int i = 0; i < 50; i++) {
            Thread.sleep(10);
            fewest = Math.min(fewest, pool.getActiveConnections());
        }
        return fewest;
    }

    private int pendingObjects() {
        return server.bean(JdbcClient.class)
                .sql("SELECT count(*) FROM salus_blob_object"
                        + " WHERE state = 'PENDING' AND created_at > now() - interval '1 minute'")
                .query(Integer.class)
                .single();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("Waited in vain");
    }

    private DocumentReference put(String path, DocumentReference document, byte[] content) {
        DocumentReference changed = document.copy();
        changed.getContentFirstRep()
                .setAttachment(
                        new Attachment().setContentType("application/pdf").setData(content));
        return client.put(path, changed, "Prefer", "return=representation").resource(DocumentReference.class);
    }

    private void expungeOldVersions(Resource resource) {
        SystemRequestDetails request = new SystemRequestDetails();
        request.setTenantId("default");
        request.setRequestPartitionId(RequestPartitionId.fromPartitionId(
                server.bean(Tenants.class).require(TenantId.DEFAULT).partition()));
        server.bean(JpaStorageSettings.class).setExpungeEnabled(true);
        try {
            server.bean(DaoRegistry.class)
                    .getResourceDao(DocumentReference.class)
                    .expunge(
                            new IdType(
                                    "DocumentReference", resource.getIdElement().getIdPart()),
                            new ExpungeOptions().setExpungeOldVersions(true),
                            request);
        } finally {
            server.bean(JpaStorageSettings.class).setExpungeEnabled(false);
        }
    }

    /** Sweeps as if the grace period of what nobody holds were over. */
    private void sweepWhatIsOld() {
        server.bean(JdbcClient.class)
                .sql("UPDATE salus_blob SET unreferenced_since = now() - interval '1 year'"
                        + " WHERE unreferenced_since IS NOT NULL")
                .update();
        server.bean(BlobSweep.class).run();
    }

    private List<DocumentReference> documents() {
        return client.search("/DocumentReference?patient=" + patient).stream()
                .map(DocumentReference.class::cast)
                .toList();
    }

    private int objectsOf(byte[] content) {
        return server.bean(JdbcClient.class)
                .sql(
                        "SELECT count(*) FROM salus_blob_object WHERE sha256 = decode(:sha256, 'hex') AND state = 'STORED'")
                .param("sha256", DigestUtils.sha256Hex(content))
                .query(Integer.class)
                .single();
    }

    private static String urlOf(DocumentReference document) {
        return document.getContentFirstRep().getAttachment().getUrl();
    }

    private static Bundle transaction(Resource resource) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(resource)
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl(resource.fhirType());
        return transaction;
    }

    /** Makes the next transaction with a document fail just before its commit, as another one that was faster does. */
    @Interceptor
    public static final class Conflict {

        private final AtomicInteger thrown = new AtomicInteger();
        private boolean armed = true;

        @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
        public void onCreated(IBaseResource created) {
            if (armed && created instanceof DocumentReference) {
                armed = false;
                thrown.incrementAndGet();
                throw new ResourceVersionConflictException("Somebody was faster");
            }
        }

        void again() {
            armed = true;
        }

        int thrown() {
            return thrown.get();
        }
    }
}
