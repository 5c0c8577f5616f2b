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
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

import java.net.URI;
import java.util.Optional;

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
        region(settings).ifPresent(builder::region);
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        return builder.build();
    }

    /** Signs addresses for clients; connects to nothing. */
    static S3Presigner presigner(S3Settings settings) {
        S3Presigner.Builder builder = S3Presigner.builder()
                .credentialsProvider(credentials(settings))
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(settings.pathStyle())
                        .build());
        region(settings).ifPresent(builder::region);
        URI endpoint = settings.publicEndpoint() == null ? settings.endpoint() : settings.publicEndpoint();
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder.build();
    }

    private static Optional<Region> region(S3Settings settings) {
        if (StringUtils.hasText(settings.region())) {
            return Optional.of(Region.of(settings.region()));
        }
        // Servers that are not Amazon's know no regions, yet the signature contains one.
        return settings.endpoint() == null ? Optional.empty() : Optional.of(Region.US_EAST_1);
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
