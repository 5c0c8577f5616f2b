package health.salus.blob;

import health.salus.tenant.TenantId;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** One bucket, how long a request to it may take, and what its failures mean. */
record S3Bucket(S3Client client, String name, S3Settings settings) {

    /** The metadata entry that says who has written an object. */
    static final String WRITER = "salus-writer";

    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;
    private static final long SLOWEST_TRANSFER_BYTES_PER_SECOND = 256 * 1024;

    /** The limit of a request that carries this many bytes, its retries included. */
    AwsRequestOverrideConfiguration limit(long bytes) {
        Duration timeout = settings.requestTimeout().plusSeconds(bytes / SLOWEST_TRANSFER_BYTES_PER_SECOND);
        return AwsRequestOverrideConfiguration.builder().apiCallTimeout(timeout).build();
    }

    /** How the objects of a tenant are encrypted by the store. */
    S3Encryption encryption(TenantId tenant) {
        return S3Encryption.of(settings, tenant);
    }

    String newWriter() {
        return UUID.randomUUID().toString();
    }

    Optional<HeadObjectResponse> head(ObjectKey key) {
        try {
            return Optional.of(client.headObject(
                    request -> request.bucket(name).key(key.value()).overrideConfiguration(limit(0))));
        } catch (NoSuchKeyException e) {
            requireBucket();
            return Optional.empty();
        } catch (SdkException e) {
            throw unavailable(e);
        }
    }

    /**
     * Gives up a multipart upload, whose parts the store then forgets.
     *
     * @throws SdkException if the store does not, or knows no such upload
     */
    void abortParts(String key, String uploadId) {
        client.abortMultipartUpload(
                request -> request.bucket(name).key(key).uploadId(uploadId).overrideConfiguration(limit(0)));
    }

    /**
     * Takes a refused write for a success if the object is the one that this very write has made: when the answer to the
     * first attempt is lost, the SDK tries again and is told that the object exists, or that its upload does not any more.
     */
    void acceptIfOurs(ObjectKey key, String writer, RuntimeException refusal) {
        if (!hasStatus(refusal, PRECONDITION_FAILED) && !hasStatus(refusal, NOT_FOUND)) {
            throw unavailable(refusal);
        }
        String found =
                head(key).map(it -> it.metadata().getOrDefault(WRITER, "")).orElseThrow(() -> unavailable(refusal));
        if (!writer.equals(found)) {
            throw BlobExistsException.of(key);
        }
    }

    static boolean hasStatus(RuntimeException failure, int status) {
        return failure instanceof S3Exception s3 && s3.statusCode() == status;
    }

    static BlobStoreUnavailableException unavailable(RuntimeException cause) {
        return new BlobStoreUnavailableException("The S3 store neither takes nor gives blobs now", cause);
    }

    /** The answer to HEAD has no body, so a missing bucket looks like a missing object. */
    private void requireBucket() {
        try {
            client.headBucket(request -> request.bucket(name).overrideConfiguration(limit(0)));
        } catch (SdkException e) {
            throw unavailable(e);
        }
    }
}
