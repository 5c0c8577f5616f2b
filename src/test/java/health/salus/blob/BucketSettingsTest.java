package health.salus.blob;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;
import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code blob setup-bucket} against a store that has all the settings that Amazon's has. */
class BucketSettingsTest {

    private final RecordingS3 s3 = new RecordingS3();
    private final StringWriter output = new StringWriter();

    @AfterEach
    void stop() {
        s3.close();
    }

    @Test
    void bucketIsMadeWithEverythingItShouldHave() {
        assertThat(setUp("--apply")).isZero();

        assertThat(output.toString())
                .contains("bucket records: made")
                .contains("encryption: set to [aws:kms alias/all, bucket key]")
                .contains("public access: set to [blocked]")
                .contains("lifecycle: set to [salus-staging: delete after 2 d; salus-unfinished: abort after 7 d]")
                .contains("CORS: set to [[GET, PUT] from [https://app.example.org] showing [ETag]]");
        assertThat(s3.settings().get("encryption")).contains("aws:kms", "alias/all");
        assertThat(s3.settings().get("publicAccessBlock"))
                .contains(
                        "<BlockPublicAcls>true</BlockPublicAcls>",
                        "<IgnorePublicAcls>true</IgnorePublicAcls>",
                        "<BlockPublicPolicy>true</BlockPublicPolicy>",
                        "<RestrictPublicBuckets>true</RestrictPublicBuckets>");
        assertThat(s3.settings().get("cors")).contains("https://app.example.org", "ETag");

        output.getBuffer().setLength(0);
        assertThat(setUp()).isZero();
        assertThat(output.toString().lines()).hasSize(4).allMatch(it -> it.contains(": ok ["));
    }

    @ParameterizedTest
    @CsvSource({
        "encryption,aws:kms,AES256,encryption: is [AES256 alias/all",
        "encryption,alias/all,alias/other,encryption: is [aws:kms alias/other",
        "publicAccessBlock,<IgnorePublicAcls>true,<IgnorePublicAcls>false,public access: is [not wholly blocked]",
        "lifecycle,<Days>2<,<Days>99<,salus-staging: delete after 99 d",
        "lifecycle,Enabled,Disabled,(off)",
        "cors,https://app.example.org,*,CORS: is [[GET; PUT] from [*]"
    })
    void whatWasChangedIsSaidAndPutRight(String setting, String right, String wrong, String said) {
        setUp("--apply");
        s3.settings().computeIfPresent(setting, (name, text) -> text.replace(right, wrong));
        output.getBuffer().setLength(0);

        assertThat(setUp()).isEqualTo(1);

        assertThat(output.toString())
                .contains(said.replace("GET; PUT", "GET, PUT"))
                .contains("should be [");
        assertThat(output.toString().lines().filter(it -> it.contains(": ok [")))
                .hasSize(3);
        assertThat(setUp("--apply")).isZero();
        assertThat(setUp()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"encryption,encryption", "publicAccessBlock,public access", "lifecycle,lifecycle", "cors,CORS"})
    void whatIsMissingIsSaid(String setting, String name) {
        setUp("--apply");
        s3.settings().remove(setting);
        output.getBuffer().setLength(0);

        assertThat(setUp()).isEqualTo(1);

        assertThat(output.toString()).contains(name + ": is not set, should be [");
    }

    private int setUp(String... arguments) {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("salus.blob.s3.bucket", "records")
                .withProperty("salus.blob.s3.endpoint", s3.endpoint())
                .withProperty("salus.blob.s3.path-style", "true")
                .withProperty("salus.blob.s3.encryption", "sse-kms")
                .withProperty("salus.blob.s3.kms-key", "alias/all")
                .withProperty("salus.blob.s3.cors-origins", "https://app.example.org")
                .withProperty("salus.blob.s3.access-key", "key")
                .withProperty("salus.blob.s3.secret-key", "secret");
        return new CommandLine(new SetupBucketCommand(() -> environment))
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(output, true))
                .execute(arguments);
    }
}
