package health.salus.blob;

import software.amazon.awssdk.awscore.presigner.PresignedRequest;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Presigned requests (AWS Signature Version 4) to one bucket, and what clients upload in parts by them. */
final class S3DirectUrls implements DirectUrls {

    private final S3Bucket bucket;
    private final S3Presigner presigner;

    S3DirectUrls(S3Bucket bucket, S3Presigner presigner) {
        this.bucket = bucket;
        this.presigner = presigner;
    }

    @Override
    public DirectUrl.Signed download(BlobKey key, String contentType, Duration lifetime) {
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(bucket.name())
                .key(key.value())
                .responseContentType(contentType)
                // What somebody sent in must not run as a page of the store's address.
                .responseContentDisposition("attachment")
                .responseCacheControl("private, no-cache")
                .build();
        return signed(
                presigner.presignGetObject(it -> it.signatureDuration(lifetime).getObjectRequest(request)));
    }

    @Override
    public DirectUrl.Signed upload(StagingKey key, StagedContent content, Duration lifetime) {
        byte[] sha256 = HexFormat.of().parseHex(content.sha256().hex());
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(bucket.name())
                .key(key.value())
                .contentType(content.contentType())
                .contentLength(content.size())
                // The address is good until it expires; without this, a checked object could still be replaced.
                .ifNoneMatch("*")
                .checksumSHA256(Base64.getEncoder().encodeToString(sha256))
                .applyMutation(bucket.encryption(key.tenant())::applyTo)
                .build();
        return signed(
                presigner.presignPutObject(it -> it.signatureDuration(lifetime).putObjectRequest(request)));
    }

    @Override
    public String beginParts(StagingKey key, String contentType) {
        try {
            return bucket.client()
                    .createMultipartUpload(request -> request.bucket(bucket.name())
                            .key(key.value())
                            .contentType(contentType)
                            .applyMutation(bucket.encryption(key.tenant())::applyTo)
                            .overrideConfiguration(bucket.limit(0)))
                    .uploadId();
        } catch (SdkException e) {
            throw S3Bucket.unavailable(e);
        }
    }

    @Override
    public DirectUrl.Signed uploadPart(StagingKey key, String uploadId, int number, long size, Duration lifetime) {
        UploadPartRequest request = UploadPartRequest.builder()
                .bucket(bucket.name())
                .key(key.value())
                .uploadId(uploadId)
                .partNumber(number)
                .contentLength(size)
                .build();
        return signed(
                presigner.presignUploadPart(it -> it.signatureDuration(lifetime).uploadPartRequest(request)));
    }

    @Override
    public void completeParts(StagingKey key, String uploadId, List<UploadedPart> parts) {
        List<CompletedPart> ordered = parts.stream()
                .sorted(Comparator.comparingInt(UploadedPart::number))
                .map(it -> CompletedPart.builder()
                        .partNumber(it.number())
                        .eTag(it.tag())
                        .build())
                .toList();
        try {
            bucket.client()
                    .completeMultipartUpload(request -> request.bucket(bucket.name())
                            .key(key.value())
                            .uploadId(uploadId)
                            .multipartUpload(it -> it.parts(ordered))
                            .overrideConfiguration(bucket.limit(Staging.MAX_SIZE)));
        } catch (NoSuchUploadException e) {
            // Completed before, and the answer was lost; or given up.
            if (bucket.head(key).isEmpty()) {
                throw BlobMismatchException.of("The upload was given up; start a new one");
            }
        } catch (S3Exception e) {
            if (e.statusCode() == 400) {
                throw BlobMismatchException.of(
                        "A part is missing, smaller than 5 MB or not the one that its ETag says");
            }
            throw S3Bucket.unavailable(e);
        } catch (SdkException e) {
            throw S3Bucket.unavailable(e);
        }
    }

    @Override
    public void abortParts(StagingKey key, String uploadId) {
        try {
            bucket.abortParts(key.value(), uploadId);
        } catch (NoSuchUploadException e) {
            // Nothing to free.
        } catch (SdkException e) {
            throw S3Bucket.unavailable(e);
        }
    }

    /** The client's HTTP library sends {@code Host} itself; the other signed headers it must be told. */
    private static DirectUrl.Signed signed(PresignedRequest request) {
        Map<String, String> headers = request.signedHeaders().entrySet().stream()
                .filter(it -> !it.getKey().toLowerCase(Locale.ROOT).equals("host"))
                .collect(Collectors.toMap(Map.Entry::getKey, it -> String.join(",", it.getValue())));
        return new DirectUrl.Signed(
                request.httpRequest().method().name(),
                URI.create(request.url().toString()),
                headers,
                request.expiration());
    }
}
