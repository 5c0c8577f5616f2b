package health.salus.blob;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * What a write asks of the store's own encryption.
 *
 * @param algorithm nothing leaves it to the bucket
 * @param key       the KMS key; nothing takes the account's default one
 */
record S3Encryption(
        @Nullable ServerSideEncryption algorithm, @Nullable String key) {

    static S3Encryption of(S3Settings settings, TenantId tenant) {
        return switch (settings.encryption()) {
            case BUCKET -> new S3Encryption(null, null);
            case SSE_S3 -> new S3Encryption(ServerSideEncryption.AES256, null);
            case SSE_KMS ->
                new S3Encryption(
                        ServerSideEncryption.AWS_KMS,
                        settings.kmsKeys().getOrDefault(tenant.value(), emptyToNull(settings.kmsKey())));
        };
    }

    void applyTo(PutObjectRequest.Builder request) {
        request.serverSideEncryption(algorithm).ssekmsKeyId(key).bucketKeyEnabled(bucketKey());
    }

    void applyTo(CopyObjectRequest.Builder request) {
        request.serverSideEncryption(algorithm).ssekmsKeyId(key).bucketKeyEnabled(bucketKey());
    }

    void applyTo(CreateMultipartUploadRequest.Builder request) {
        request.serverSideEncryption(algorithm).ssekmsKeyId(key).bucketKeyEnabled(bucketKey());
    }

    /** Without a bucket key, each read and write would be a call to KMS, which costs seven times the read itself. */
    private @Nullable Boolean bucketKey() {
        return algorithm == ServerSideEncryption.AWS_KMS ? Boolean.TRUE : null;
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return StringUtils.hasText(text) ? text : null;
    }
}
