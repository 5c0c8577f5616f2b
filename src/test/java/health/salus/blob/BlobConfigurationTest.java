package health.salus.blob;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
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
        environment(Map.of(
                        "SALUS_BLOB_S3_BUCKET", "records",
                        "SALUS_BLOB_S3_ENDPOINT", "http://store:9000",
                        "SALUS_BLOB_S3_PUBLIC_ENDPOINT", "https://store.example.org",
                        "SALUS_BLOB_S3_PATH_STYLE", "true",
                        "SALUS_BLOB_S3_CHECKSUMS", "when-required",
                        "SALUS_BLOB_S3_ACCESS_KEY", "key",
                        "SALUS_BLOB_S3_SECRET_KEY", "secret",
                        "SALUS_BLOB_S3_REQUEST_TIMEOUT", "3s"))
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
                                null,
                                null,
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(8))));
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
