package health.salus.blob;

import health.salus.testing.S3Server;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.mock.env.MockEnvironment;
import picocli.CommandLine;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** A bucket is made and set up as it should be, and said to differ where it does. */
class SetupBucketIT {

    private static S3Server server;

    private final String bucket = "bucket-" + UUID.randomUUID();
    private final StringWriter output = new StringWriter();

    @TempDir
    private Path spool;

    @BeforeAll
    static void startServer() {
        server = S3Server.sharedWithBucketSettings();
    }

    @Test
    void bucketThatIsMissingIsReportedAndMadeWhenToldTo() {
        assertThat(setUp()).isEqualTo(1);
        assertThat(output.toString()).contains("there is none");

        setUp("--apply");

        assertThat(output.toString()).contains("bucket " + bucket + ": made");
        try (S3Client client = server.client()) {
            client.headBucket(it -> it.bucket(bucket));
        }
    }

    @Test
    void lifecycleIsSetAndThenAsItShouldBe() {
        setUp("--apply");
        assertThat(output.toString()).contains("lifecycle: set to");
        output.getBuffer().setLength(0);

        setUp();

        assertThat(output.toString())
                .contains("lifecycle: ok [salus-staging: delete after 2 d; salus-tiering: "
                        + "GLACIER_IR after 30 d; salus-unfinished: abort after 7 d]");
    }

    @Test
    void changedLifecycleIsReportedAndRulesOfOthersStay() {
        setUp("--apply");
        try (S3Client client = server.client()) {
            LifecycleRule theirs = LifecycleRule.builder()
                    .id("theirs")
                    .status(ExpirationStatus.ENABLED)
                    .filter(it -> it.prefix("logs/"))
                    .expiration(it -> it.days(1))
                    .build();
            client.putBucketLifecycleConfiguration(
                    it -> it.bucket(bucket).lifecycleConfiguration(all -> all.rules(theirs)));

            setUp();
            assertThat(output.toString()).contains("lifecycle: is [], should be [salus-staging");
            setUp("--apply");

            assertThat(client.getBucketLifecycleConfiguration(it -> it.bucket(bucket))
                            .rules())
                    .extracting(LifecycleRule::id)
                    .containsExactlyInAnyOrder("theirs", "salus-staging", "salus-tiering", "salus-unfinished");
        }
    }

    @Test
    void settingThatTheServerDoesNotKnowIsSaidToBeSo() {
        try (S3Server withoutSettings = S3Server.start()) {
            assertThat(setUp(withoutSettings, "--apply")).isEqualTo(1);
        }

        assertThat(output.toString())
                .contains("public access: is unknown to this server")
                .contains("lifecycle: is unknown to this server");
    }

    @Test
    void withoutABucketThereIsNothingToSetUp() {
        assertThat(new CommandLine(new SetupBucketCommand(StandardEnvironment::new))
                        .setErr(new PrintWriter(output, true))
                        .execute())
                .isEqualTo(1);

        assertThat(output.toString()).contains("SALUS_BLOB_S3_BUCKET");
    }

    @Test
    void objectsAreWrittenWithTheClassAndTheEncryptionThatWereChosen() throws Exception {
        setUp("--apply");
        BlobKey large = BlobStoreContract.newKey();
        BlobKey small = BlobStoreContract.newKey();
        try (S3BlobStore store = S3BlobStore.connect(settings(), spool);
                S3Client client = server.client()) {
            store.put(large, BlobContent.of(new byte[200_000]));
            store.put(small, BlobContent.of("small".getBytes(UTF_8)));

            assertThat(client.headObject(it -> it.bucket(bucket).key(large.value()))
                            .storageClassAsString())
                    .isEqualTo("GLACIER_IR");
            assertThat(client.headObject(it -> it.bucket(bucket).key(small.value()))
                            .storageClassAsString())
                    .isIn(null, "STANDARD");
            assertThat(client.headObject(it -> it.bucket(bucket).key(large.value()))
                            .serverSideEncryptionAsString())
                    .isEqualTo("AES256");
        }
    }

    private S3Settings settings() {
        return new S3Settings(
                bucket,
                null,
                server.endpoint(),
                null,
                true,
                S3Settings.Checksums.WHEN_SUPPORTED,
                S3Settings.Encryption.SSE_S3,
                null,
                Map.of(),
                "GLACIER_IR",
                List.of(),
                "Standard",
                7,
                server.accessKey(),
                server.secretKey(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(20));
    }

    private int setUp(String... arguments) {
        return setUp(server, arguments);
    }

    private int setUp(S3Server server, String... arguments) {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("salus.blob.s3.bucket", bucket)
                .withProperty("salus.blob.s3.endpoint", server.endpoint().toString())
                .withProperty("salus.blob.s3.path-style", "true")
                .withProperty("salus.blob.s3.large-class", "GLACIER_IR")
                .withProperty("salus.blob.s3.request-timeout", "20s")
                .withProperty("salus.blob.s3.access-key", server.accessKey())
                .withProperty("salus.blob.s3.secret-key", server.secretKey());
        return new CommandLine(new SetupBucketCommand(() -> environment))
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(output, true))
                .execute(arguments);
    }
}
