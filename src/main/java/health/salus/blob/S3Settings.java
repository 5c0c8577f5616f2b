package health.salus.blob;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

import java.net.URI;
import java.time.Duration;

/**
 * An S3 bucket, at Amazon or at anybody who speaks the S3 API. How objects are encrypted at rest is the bucket's own default.
 *
 * @param bucket         {@code salus.blob.s3.bucket}: its name; giving it keeps blobs in S3 and not in the data directory. The
 *                       credentials need s3:PutObject, s3:GetObject, s3:DeleteObject and, so that a missing object is told
 *                       from a forbidden one, s3:ListBucket
 * @param region         {@code salus.blob.s3.region}: without it, what the AWS environment says; with an endpoint, us-east-1
 * @param endpoint       {@code salus.blob.s3.endpoint}: the URL of a server that is not Amazon's
 * @param publicEndpoint {@code salus.blob.s3.public-endpoint}: the URL at which clients reach that server, if it is another;
 *                       it stands in the addresses that are signed for them
 * @param pathStyle      {@code salus.blob.s3.path-style}: puts the bucket into the path instead of the host name, as most
 *                       servers that are not Amazon's want it
 * @param checksums      {@code salus.blob.s3.checksums}: {@code when-required} for servers that do not know Amazon's CRC32
 *                       trailers
 * @param accessKey      {@code salus.blob.s3.access-key}: without it, the AWS environment's credentials
 * @param secretKey      {@code salus.blob.s3.secret-key}: goes with the access key
 * @param connectTimeout {@code salus.blob.s3.connect-timeout}: for one connection; three are tried
 * @param requestTimeout {@code salus.blob.s3.request-timeout}: for one operation with its retries; an upload gets more by its
 *                       size
 */
record S3Settings(
        @Nullable String bucket,
        @Nullable String region,
        @Nullable URI endpoint,
        @Nullable URI publicEndpoint,
        @DefaultValue("false") boolean pathStyle,
        @DefaultValue("when-supported") Checksums checksums,
        @Nullable String accessKey,
        @Nullable String secretKey,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("8s") Duration requestTimeout) {

    /** When the SDK adds a CRC32 to what it sends and checks the one it gets. */
    enum Checksums {
        WHEN_SUPPORTED,
        WHEN_REQUIRED
    }

    S3Settings {
        if (StringUtils.hasText(accessKey) != StringUtils.hasText(secretKey)) {
            throw new IllegalArgumentException(
                    "salus.blob.s3.access-key and secret-key go together: give both or none");
        }
        if (!StringUtils.hasText(bucket) && (endpoint != null || StringUtils.hasText(accessKey))) {
            // Else blobs would silently go to the local disk, where nobody looks for them.
            throw new IllegalArgumentException("salus.blob.s3 is set up without salus.blob.s3.bucket");
        }
    }

    /** Without the secret, which must not reach a log. */
    @Override
    public String toString() {
        return "S3Settings[bucket=" + bucket + ", region=" + region + ", endpoint=" + endpoint + "]";
    }
}
