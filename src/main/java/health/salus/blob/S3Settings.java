package health.salus.blob;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.Tier;

import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An S3 bucket, at Amazon or at anybody who speaks the S3 API.
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
 * @param encryption     {@code salus.blob.s3.encryption}: {@code bucket} leaves it to the bucket's default, {@code sse-s3}
 *                       takes the store's own keys, {@code sse-kms} those of a key service
 * @param kmsKey         {@code salus.blob.s3.kms-key}: id or ARN of the key for {@code sse-kms}; without it, the account's
 *                       default key
 * @param kmsKeys        {@code salus.blob.s3.kms-keys.{tenant}}: a key of a tenant's own; as an environment variable
 *                       {@code SALUS_BLOB_S3_KMSKEYS_{TENANT}}
 * @param largeClass     {@code salus.blob.s3.large-class}: storage class of objects of 128 kB and more, such as
 *                       {@code STANDARD}, {@code INTELLIGENT_TIERING} or {@code GLACIER_IR}; without it,
 *                       {@code INTELLIGENT_TIERING} at Amazon and {@code STANDARD} elsewhere. Smaller ones are always
 *                       {@code STANDARD}, because the others bill them as 128 kB or never move them
 * @param corsOrigins    {@code salus.blob.s3.cors-origins}: web origins whose scripts may use the signed addresses, for
 *                       {@code blob setup-bucket}
 * @param restoreTier    {@code salus.blob.s3.restore-tier}: how fast archived objects come back: {@code Expedited},
 *                       {@code Standard} or {@code Bulk}, the slowest and cheapest
 * @param restoreDays    {@code salus.blob.s3.restore-days}: for how many days they stay, where S3 makes a copy of them
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
        @DefaultValue("bucket") Encryption encryption,
        @Nullable String kmsKey,
        @DefaultValue Map<String, String> kmsKeys,
        @Nullable String largeClass,
        @DefaultValue List<String> corsOrigins,
        @DefaultValue("Standard") String restoreTier,
        @DefaultValue("7") int restoreDays,
        @Nullable String accessKey,
        @Nullable String secretKey,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("8s") Duration requestTimeout) {

    /** Who encrypts objects at rest, with whose keys. */
    enum Encryption {
        BUCKET,
        SSE_S3,
        SSE_KMS
    }

    /** When the SDK adds a CRC32 to what it sends and checks the one it gets. */
    enum Checksums {
        WHEN_SUPPORTED,
        WHEN_REQUIRED
    }

    /** From here on the classes below STANDARD pay. */
    static final long SMALLEST_TIERED = 128 * 1024;

    // Objects of these can be read only after a restore.
    private static final Set<StorageClass> OFFLINE = EnumSet.of(StorageClass.GLACIER, StorageClass.DEEP_ARCHIVE);

    S3Settings {
        if (StringUtils.hasText(largeClass)
                && (!StorageClass.knownValues().contains(StorageClass.fromValue(largeClass))
                        || OFFLINE.contains(StorageClass.fromValue(largeClass)))) {
            throw new IllegalArgumentException(
                    "salus.blob.s3.large-class has to be a storage class of S3 that can be read at once");
        }
        if (!Tier.knownValues().contains(Tier.fromValue(restoreTier)) || restoreDays < 1) {
            throw new IllegalArgumentException("salus.blob.s3.restore-tier has to be Expedited, Standard or Bulk, and "
                    + "salus.blob.s3.restore-days 1 at least");
        }
        if (StringUtils.hasText(accessKey) != StringUtils.hasText(secretKey)) {
            throw new IllegalArgumentException(
                    "salus.blob.s3.access-key and secret-key go together: give both or none");
        }
        if (!StringUtils.hasText(bucket) && (endpoint != null || StringUtils.hasText(accessKey))) {
            // Else blobs would silently go to the local disk, where nobody looks for them.
            throw new IllegalArgumentException("salus.blob.s3 is set up without salus.blob.s3.bucket");
        }
    }

    /** The storage class of a new object. */
    StorageClass classFor(long size) {
        return size < SMALLEST_TIERED ? StorageClass.STANDARD : largeStorageClass();
    }

    /** The storage class of objects that are large enough for one of their own. */
    StorageClass largeStorageClass() {
        if (StringUtils.hasText(largeClass)) {
            return StorageClass.fromValue(largeClass);
        }
        return endpoint == null ? StorageClass.INTELLIGENT_TIERING : StorageClass.STANDARD;
    }

    /** Without the secret, which must not reach a log. */
    @Override
    public String toString() {
        return "S3Settings[bucket=" + bucket + ", region=" + region + ", endpoint=" + endpoint + "]";
    }
}
