package health.salus.demo;

import health.salus.smart.FakeIssuer;
import health.salus.testing.FhirClient;
import health.salus.testing.GivenPostgres;
import health.salus.testing.Records;
import health.salus.testing.S3Server;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.DocumentReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** A server as a hospital runs it: its own PostgreSQL, its own S3, its own issuer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GivenPartsIT {

    private GivenPostgres database;
    private S3Server storage;
    private String bucket;
    private FakeIssuer issuer;
    private TestServer server;

    @BeforeAll
    void start() {
        database = GivenPostgres.start();
        storage = S3Server.start();
        bucket = storage.createBucket();
        issuer = new FakeIssuer();
        issuer.comeUp();
        server = TestServer.start(Map.of(
                "salus.db.url", database.url(),
                "salus.db.user", GivenPostgres.USER,
                "salus.db.password", GivenPostgres.PASSWORD,
                "salus.blob.s3.bucket", bucket,
                "salus.blob.s3.endpoint", storage.endpoint().toString(),
                "salus.blob.s3.path-style", "true",
                "salus.blob.s3.access-key", storage.accessKey(),
                "salus.blob.s3.secret-key", storage.secretKey(),
                "salus.auth.issuer", issuer.id()));
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
        issuer.close();
        storage.close();
        database.close();
    }

    @Test
    void thereAreNoDemoUsers() {
        assertThat(server.dataDirectory().resolve("demo")).doesNotExist();
        assertThat(server.bean(JdbcClient.class)
                        .sql("SELECT count(*) FROM salus_user")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void nothingIsEmbedded() {
        assertThat(server.dataDirectory().resolve("postgres")).doesNotExist();
        assertThat(server.dataDirectory().resolve("blobs")).doesNotExist();
    }

    @Test
    void documentOfATokenOfTheIssuerLiesInTheBucketAndComesBack() {
        FhirClient client = FhirClient.withToken(server.fhirBase(), token());
        String patient = client.create(Records.patient("Klinik")).getIdElement().getIdPart();
        byte[] pdf = Records.pdf(300_000);

        DocumentReference document = client.create(Records.document("Patient/" + patient, pdf));

        String url = document.getContentFirstRep().getAttachment().getUrl();
        assertThat(client.get(url).body()).isEqualTo(pdf);
        assertThat(client.get(url, "Range", "bytes=1-3").text()).isEqualTo("PDF");
        try (var objects = storage.client()) {
            assertThat(objects.listObjectsV2(it -> it.bucket(bucket)).contents())
                    .singleElement()
                    .satisfies(it -> assertThat(it.size()).isEqualTo(pdf.length))
                    .satisfies(it ->
                            assertThat(Path.of(it.key()).startsWith("default")).isTrue());
        }
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
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .build());
    }
}
