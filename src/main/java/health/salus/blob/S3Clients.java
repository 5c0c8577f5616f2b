package health.salus.blob;

import org.springframework.util.StringUtils;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Makes the SDK's client from our settings. */
final class S3Clients {

    // As many as the web server has threads, so that no request waits for the slow download of another.
    private static final int CONNECTIONS = 200;

    private S3Clients() {}

    static S3Client create(S3Settings settings) {
        S3ClientBuilder builder = S3Client.builder()
                .credentialsProvider(credentials(settings))
                .forcePathStyle(settings.pathStyle())
                .requestChecksumCalculation(
                        RequestChecksumCalculation.valueOf(settings.checksums().name()))
                .responseChecksumValidation(
                        ResponseChecksumValidation.valueOf(settings.checksums().name()))
                // Three attempts in all; the timeout of the whole operation is set at each request.
                .overrideConfiguration(it -> it.retryStrategy(RetryMode.STANDARD))
                .httpClient(http(settings));
        if (StringUtils.hasText(settings.region())) {
            builder.region(Region.of(settings.region()));
        } else if (settings.endpoint() != null) {
            // Servers that are not Amazon's know no regions, yet the signature contains one.
            builder.region(Region.US_EAST_1);
        }
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        return builder.build();
    }

    /** Apache's client: it has a connection pool with limits, waits for "100 Continue" and can abort a download. */
    private static SdkHttpClient http(S3Settings settings) {
        return Apache5HttpClient.builder()
                .maxConnections(CONNECTIONS)
                .connectionTimeout(settings.connectTimeout())
                .socketTimeout(settings.requestTimeout())
                .build();
    }

    private static AwsCredentialsProvider credentials(S3Settings settings) {
        if (!StringUtils.hasText(settings.accessKey()) || !StringUtils.hasText(settings.secretKey())) {
            return DefaultCredentialsProvider.builder().build();
        }
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(settings.accessKey(), settings.secretKey()));
    }
}
