package health.salus.blob;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Which settings choose which store, and what each setting is when nobody gives it. */
class BlobConfigurationTest {

    @TempDir
    private Path directory;

    @Test
    void blobsAreFilesInTheDataDirectoryByDefault() {
        runner().run(context -> {
            assertThat(context).getBean(BlobStore.class).isInstanceOf(FilesystemBlobStore.class);
            assertThat(context)
                    .getBean(BlobStore.class)
                    .hasToString(directory.resolve("blobs").toString());
        });
    }

    @Test
    void bucketSelectsS3() {
        runner().withPropertyValues("salus.blob.s3.bucket=records", "salus.blob.s3.region=eu-central-1")
                .run(context -> assertThat(context).getBean(BlobStore.class).hasToString("s3://records"));
    }

    @Test
    void bucketInTheEnvironmentSelectsS3() {
        environment(Map.ofEntries(
                        Map.entry("SALUS_BLOB_S3_BUCKET", "records"),
                        Map.entry("SALUS_BLOB_S3_ENDPOINT", "http://store:9000"),
                        Map.entry("SALUS_BLOB_S3_PUBLIC_ENDPOINT", "https://store.example.org"),
                        Map.entry("SALUS_BLOB_S3_PATH_STYLE", "true"),
                        Map.entry("SALUS_BLOB_S3_CHECKSUMS", "when-required"),
                        Map.entry("SALUS_BLOB_S3_ACCESS_KEY", "key"),
                        Map.entry("SALUS_BLOB_S3_SECRET_KEY", "secret"),
                        Map.entry("SALUS_BLOB_S3_REQUEST_TIMEOUT", "3s"),
                        Map.entry("SALUS_BLOB_S3_ENCRYPTION", "sse-kms"),
                        Map.entry("SALUS_BLOB_S3_KMS_KEY", "alias/all"),
                        Map.entry("SALUS_BLOB_S3_KMSKEYS_NORTH", "alias/north"),
                        Map.entry("SALUS_BLOB_S3_LARGE_CLASS", "GLACIER_IR"),
                        Map.entry("SALUS_BLOB_S3_CORS_ORIGINS", "https://app.example.org"),
                        Map.entry("SALUS_BLOB_S3_RESTORE_TIER", "Bulk"),
                        Map.entry("SALUS_BLOB_S3_RESTORE_DAYS", "2")))
                .run(context -> {
                    assertThat(context).getBean(BlobStore.class).isInstanceOf(S3BlobStore.class);
                    assertThat(context.getBean(BlobSettings.class).s3())
                            .isEqualTo(new S3Settings(
                                    "records",
                                    null,
                                    URI.create("http://store:9000"),
                                    URI.create("https://store.example.org"),
                                    true,
                                    S3Settings.Checksums.WHEN_REQUIRED,
                                    S3Settings.Encryption.SSE_KMS,
                                    "alias/all",
                                    Map.of("north", "alias/north"),
                                    "GLACIER_IR",
                                    List.of("https://app.example.org"),
                                    "Bulk",
                                    2,
                                    "key",
                                    "secret",
                                    Duration.ofSeconds(2),
                                    Duration.ofSeconds(3)));
                });
    }

    @Test
    void defaultsAreThoseOfTheDocumentation() {
        runner().withPropertyValues("salus.blob.s3.bucket=records", "salus.blob.s3.region=eu-central-1")
                .run(context -> assertThat(context.getBean(BlobSettings.class).s3())
                        .isEqualTo(new S3Settings(
                                "records",
                                "eu-central-1",
                                null,
                                null,
                                false,
                                S3Settings.Checksums.WHEN_SUPPORTED,
                                S3Settings.Encryption.BUCKET,
                                null,
                                Map.of(),
                                null,
                                List.of(),
                                "Standard",
                                7,
                                null,
                                null,
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(8))));
    }

    @Test
    void largeObjectsTierThemselvesAtAmazonAndSmallOnesNever() {
        runner().withPropertyValues("salus.blob.s3.bucket=records", "salus.blob.s3.region=eu-central-1")
                .run(context -> {
                    BlobStore store = context.getBean(BlobStore.class);
                    assertThat(store.storageClass(128 * 1024)).isEqualTo("INTELLIGENT_TIERING");
                    assertThat(store.storageClass(128 * 1024 - 1)).isEqualTo("STANDARD");
                });
        runner().withPropertyValues("salus.blob.s3.bucket=records", "salus.blob.s3.endpoint=http://store:9000")
                .run(context -> assertThat(context.getBean(BlobStore.class).storageClass(1_000_000))
                        .isEqualTo("STANDARD"));
    }

    @Test
    void storageClassThatCannotBeReadAtOnceIsRefused() {
        for (String storageClass : List.of("DEEP_ARCHIVE", "GLACIER", "cheap")) {
            runner().withPropertyValues("salus.blob.s3.bucket=records", "salus.blob.s3.large-class=" + storageClass)
                    .run(context -> assertThat(context).getFailure().hasStackTraceContaining("can be read at once"));
        }
    }

    @Test
    void emptySettingsAreNotGiven() {
        environment(Map.of(
                        "SALUS_BLOB_S3_BUCKET", "",
                        "SALUS_BLOB_S3_ENDPOINT", "",
                        "SALUS_BLOB_S3_ACCESS_KEY", "",
                        "SALUS_BLOB_S3_SECRET_KEY", ""))
                .run(context -> assertThat(context).getBean(BlobStore.class).isInstanceOf(FilesystemBlobStore.class));
    }

    @Test
    void settingsWithoutABucketAreRefused() {
        runner().withPropertyValues("salus.blob.s3.endpoint=http://store:9000")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("salus.blob.s3 is set up without salus.blob.s3.bucket"));
    }

    @Test
    void accessKeyWithoutASecretIsRefused() {
        runner().withPropertyValues("salus.blob.s3.bucket=records", "salus.blob.s3.access-key=key")
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("give both or none"));
    }

    @Test
    void secretIsNotPrinted() {
        runner().withPropertyValues(
                        "salus.blob.s3.bucket=records",
                        "salus.blob.s3.region=eu-central-1",
                        "salus.blob.s3.access-key=key",
                        "salus.blob.s3.secret-key=hunter2")
                .run(context -> assertThat(context.getBean(BlobSettings.class).toString())
                        .doesNotContain("hunter2"));
    }

    private ApplicationContextRunner environment(Map<String, Object> variables) {
        return runner().withInitializer(context -> context.getEnvironment()
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables)));
    }

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withUserConfiguration(BlobConfiguration.class)
                .withPropertyValues("salus.data-dir=" + directory);
    }
}
